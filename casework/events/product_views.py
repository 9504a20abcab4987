# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of what the programme made: a list, one product, the form."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for

from casework.access import Permission, blueprint, drafts, fetch
from casework.codelists import label
from casework.i18n import _
from casework.web import Page

from . import actions
from .forms import ProductForm
from .models import Product
from .views import BOTH, pages

_IN_ORDER = sa.select(Product).order_by(
    Product.done_on.is_not(None), Product.done_on.desc(), Product.id
)


@pages.route("/products", needs=Permission.PRODUCT_READ)
def list_products() -> Any:
    """What is still under way first, then the latest done."""
    found = Page.of_select(_IN_ORDER)
    page = Page([_row(product) for product in found], found.number, found.more)
    blueprint.hits(len(page))
    return render_template("events/list_products.html", page=page)


def _row(product: Product) -> tuple[Any, ...]:
    if not product.is_whole:
        return (product.id, _("This record is damaged")), "", "", product.done_on
    said = product.details
    kind, region = label("product_kind", said["kind"]), label("region", said["region"]) or "–"
    return (product.id, said["title"]), kind, region, product.done_on


@pages.route("/products/new", needs=Permission.PRODUCT_WRITE, methods=BOTH)
def new_product() -> Any:
    form = ProductForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            product = actions.create_product(id=form.record_id(), **form.content())
            return _product(product, _("The product is saved."))
    return render_template("events/new_product.html", form=form)


@pages.route("/products/<uuid:product_id>", needs=Permission.PRODUCT_READ)
def show_product(product_id: uuid.UUID) -> Any:
    product = fetch(Product, product_id)
    return render_template(
        "events/show_product.html", product=product, said=product.details, label=label,
        workshops=[event for event in actions.workshops_of(product) if event.is_whole],
    )  # fmt: skip


@pages.route("/products/<uuid:product_id>/edit", needs=Permission.PRODUCT_WRITE, methods=BOTH)
def edit_product(product_id: uuid.UUID) -> Any:
    product = fetch(Product, product_id)
    written, version = {**product.details, "done_on": product.done_on}, product.version
    form = ProductForm(**written, version=version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            actions.correct_product(product, version=form.seen(), **form.content())
            return _product(product, _("The product is corrected."))
    form.catch_up(version)
    return render_template("events/edit_product.html", form=form, product=product)


def _product(product: Product, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".show_product", product_id=product.id), 303)
