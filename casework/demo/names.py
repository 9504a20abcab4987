# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fictional names of the region, in both scripts: drawn from lists, so nobody is meant.

Family names are put together at random with given names of the same tradition.
"""

from random import Random

# (Latin, Arabic or None): names of Morocco are known in both scripts.
MOROCCAN_WOMEN = (
    ("Fatima Zahra", "فاطمة الزهراء"), ("Khadija", "خديجة"), ("Meryem", "مريم"),
    ("Naima", "نعيمة"), ("Hanane", "حنان"), ("Souad", "سعاد"), ("Zineb", "زينب"),
    ("Rachida", "رشيدة"), ("Latifa", "لطيفة"), ("Imane", "إيمان"), ("Ghizlane", "غزلان"),
    ("Loubna", "لبنى"), ("Samira", "سميرة"), ("Ikram", "إكرام"), ("Hajar", "هاجر"),
    ("Nadia", "نادية"), ("Asmae", "أسماء"), ("Karima", "كريمة"),
)  # fmt: skip
MOROCCAN_MEN = (
    ("Mohamed", "محمد"), ("Youssef", "يوسف"), ("Abderrahim", "عبد الرحيم"), ("Hicham", "هشام"),
    ("Rachid", "رشيد"), ("Abdelkader", "عبد القادر"), ("Mustapha", "مصطفى"), ("Said", "سعيد"),
    ("Brahim", "إبراهيم"), ("Hamza", "حمزة"), ("Ayoub", "أيوب"), ("Driss", "إدريس"),
    ("Khalid", "خالد"), ("Anas", "أنس"), ("Omar", "عمر"), ("Tarik", "طارق"),
)  # fmt: skip
MOROCCAN_FAMILIES = (
    ("Benali", "بنعلي"), ("El Amrani", "العمراني"), ("Cherkaoui", "الشرقاوي"),
    ("Berrada", "برادة"), ("Ouazzani", "الوزاني"), ("Filali", "الفيلالي"),
    ("Bennani", "بناني"), ("Alaoui", "العلوي"), ("Idrissi", "الإدريسي"), ("Tazi", "التازي"),
    ("Chraibi", "الشرايبي"), ("Bouazza", "بوعزة"), ("Zerouali", "الزروالي"),
    ("Mansouri", "المنصوري"), ("Haddad", "حداد"), ("Rahmouni", "الرحموني"),
    ("Yacoubi", "اليعقوبي"), ("Belkacem", "بلقاسم"), ("Guerouani", "الكرواني"),
    ("Boukhari", "البخاري"),
)  # fmt: skip
SAHEL_WOMEN = (
    "Fatoumata", "Mariama", "Aminata", "Kadiatou", "Awa", "Rokia", "Oumou", "Aïssatou",
    "Grace", "Divine", "Ornella", "Blessing", "Chantal", "Nadège",
)  # fmt: skip
SAHEL_MEN = (
    "Mamadou", "Amadou", "Ibrahima", "Ousmane", "Boubacar", "Thierno", "Moussa", "Souleymane",
    "Emmanuel", "Junior", "Cédric", "Prince", "Yannick", "Lamine",
)  # fmt: skip
SAHEL_FAMILIES = (
    "Diallo", "Bah", "Barry", "Camara", "Traoré", "Keïta", "Coulibaly", "Konaté", "Sow",
    "Ndiaye", "Mbarga", "Ngono", "Kouassi", "Okafor", "Mukendi", "Touré", "Sylla", "Fofana",
)  # fmt: skip
LEVANT_WOMEN = (("Rima", "ريما"), ("Hala", "هالة"), ("Nour", "نور"), ("Sawsan", "سوسن"))
LEVANT_MEN = (("Bassel", "باسل"), ("Ammar", "عمار"), ("Yahya", "يحيى"), ("Nizar", "نزار"))
LEVANT_FAMILIES = (("Khoury", "خوري"), ("Nasser", "ناصر"), ("Halabi", "حلبي"), ("Saleh", "صالح"))


def full_name(draw: Random, tradition: str, sex: str) -> dict[str, str]:
    """Given and family name, in Arabic script too where the tradition writes it."""
    if tradition == "sahel":
        given = draw.choice(SAHEL_WOMEN if sex == "F" else SAHEL_MEN)
        return {"given": given, "family": draw.choice(SAHEL_FAMILIES)}
    women, men, families = {
        "moroccan": (MOROCCAN_WOMEN, MOROCCAN_MEN, MOROCCAN_FAMILIES),
        "levant": (LEVANT_WOMEN, LEVANT_MEN, LEVANT_FAMILIES),
    }[tradition]
    given, family = draw.choice(women if sex == "F" else men), draw.choice(families)
    name = {"given": given[0], "family": family[0]}
    if draw.random() < 0.6:
        name |= {"given_ar": given[1], "family_ar": family[1]}
    return name
