# SPDX-License-Identifier: AGPL-3.0-or-later
"""What some businesses of the fiction mean to do: a canvas that was thought over, a plan with its
money. Of each adviser's people the first two; nothing is drawn, so that nobody else changes."""

import datetime as dt
from collections import Counter
from typing import Any

from .businesses import LAST

EACH = 2  # businesses of one adviser
CANVASES: dict[str, dict[str, str]] = {
    "Couture et retouches": {
        "segments": "Femmes du quartier\nMagasins de prêt-à-porter\nÉcoles, pour les blouses",
        "value": "Retouches prêtes en deux jours\nTissus choisis avec la cliente",
        "channels": "Atelier près du marché\nWhatsApp avec photos",
        "relationships": "Essayage gratuit\nCarnet de mesures gardé",
        "revenue": "Retouche : 30 à 80 MAD\nRobe sur mesure : 400 MAD",
        "resources": "Deux machines\nDouze ans de métier",
        "activities": "Prise de mesures\nCoupe et couture\nAchat de tissus",
        "partners": "Grossiste de tissus\nCoopérative voisine",
        "costs": "Loyer de l’atelier\nTissus et fil\nÉlectricité",
    },
    "Petite restauration": {
        "segments": "Ouvriers du port\nÉtudiants\nفرق الحراسة الليلية",
        "value": "Plat chaud à 20 MAD, servi en dix minutes",
        "channels": "Comptoir sur la rue\nLivraison à pied autour du port",
        "relationships": "Dixième plat offert",
        "revenue": "60 plats par jour\nThé et jus",
        "resources": "Local de 18 m²\nCuisinière à gaz, réfrigérateur",
        "activities": "Marché le matin\nCuisine\nService de midi",
        "partners": "Boucher et maraîcher du marché",
        "costs": "Viande et légumes\nLoyer\nGaz",
    },
    "Vente en ligne": {
        "segments": "Familles installées à l’étranger\nClients de Tanger et de Tétouan",
        "value": "Produits du Rif, origine dite et datée",
        "channels": "Page en ligne\nPoint de retrait au centre",
        "revenue": "Paniers de 150 à 350 MAD\nLivraison payée par le client",
        "resources": "Téléphone, balance, emballages",
        "partners": "Trois coopératives du Rif\nTransporteur",
        "costs": "Achat des produits\nEmballage\nTransport",
    },
}
PLAN: dict[str, Any] = {
    "summary": "Ouvrir avant l’été, seule au début.\nÉquilibre attendu au huitième mois.",
    "market": "Environ 400 ménages dans le quartier. Deux concurrents, plus chers et plus lents.",
    "offer": "Trois prestations simples, prix affichés, délai tenu.",
    "organisation": "Statut d’auto-entrepreneur. Local trouvé, bail de deux ans.",
    "sales": "40 commandes par mois au début, 90 au bout d’un an. Affiches et bouche-à-oreille.",
    "needs": {"SETUP": 50_000, "RENT": 600_000, "EQUIP": 1_800_000, "STOCK": 450_000,
              "CASH": 500_000},
    "resources": {"OWN": 700_000, "FAMILY": 500_000, "GRANT": 1_500_000, "HONOUR": 500_000},
    "forecast": {"SALES": 9_600_000, "GOODS": 3_100_000, "RENT": 2_400_000, "RUNNING": 620_000,
                 "SOCIAL": 110_000, "LOAN": 250_000},
}  # fmt: skip

Paper = tuple[str, dt.date, dict[str, Any]]


def plan_ahead(helped: list[Any]) -> None:
    """Give some businesses their papers: (kind, day, content), in the order they were written."""
    written: Counter[int] = Counter()
    for plan in helped:
        made = plan.steps.businesses[0]
        blocks = CANVASES.get(made.opening["activity"])
        if blocks and written[plan.owner] < EACH:
            made.papers = _papers(blocks, made.begun_on, with_plan=not written[plan.owner])
            written[plan.owner] += 1


def _papers(blocks: dict[str, str], begun_on: dt.date, *, with_plan: bool) -> list[Paper]:
    """First thoughts, the same thought over a month later, and for some the plan with its money."""
    first = {name: blocks[name] for name in ("segments", "value", "revenue")}
    first["revenue"] = first["revenue"].splitlines()[0]
    days = [min(begun_on + dt.timedelta(days=number), LAST) for number in (0, 30, 60)]
    said = {**blocks, "remark": "Après la visite de l’atelier"}
    papers: list[Paper] = [("canvas", days[0], first), ("canvas", days[1], said)]
    return [*papers, ("plan", days[2], PLAN)] if with_plan else papers
