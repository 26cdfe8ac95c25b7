"""The names by which people write countries in a config, so that "Denmark" there is found in a job in Copenhagen.

Data, not logic: each country by its ISO 3166-1 code, its English name first, then what its own people and neighbours
call it. A country that is missing can still be written by its code.
"""

from __future__ import annotations

from agent.core.decide.words import fold

_NAMES: dict[str, str] = {
    "AE": "United Arab Emirates, UAE, Emirates",
    "AR": "Argentina",
    "AT": "Austria, Österreich",
    "AU": "Australia",
    "BE": "Belgium, Belgien, Belgique, België",
    "BG": "Bulgaria",
    "BR": "Brazil, Brasil",
    "CA": "Canada, Kanada",
    "CH": "Switzerland, Schweiz, Suisse, Svizzera",
    "CL": "Chile",
    "CN": "China",
    "CO": "Colombia",
    "CY": "Cyprus",
    "CZ": "Czech Republic, Czechia, Česko",
    "DE": "Germany, Deutschland, Allemagne, Alemania, Germania, Duitsland",
    "DK": "Denmark, Danmark, Dänemark",
    "EE": "Estonia, Eesti",
    "EG": "Egypt",
    "ES": "Spain, España, Spanien, Espagne, Spagna",
    "FI": "Finland, Suomi",
    "FR": "France, Frankreich, Francia, Frankrijk",
    "GB": "United Kingdom, UK, Great Britain, Britain, England, Scotland, Wales",
    "GH": "Ghana",
    "GR": "Greece",
    "HK": "Hong Kong",
    "HR": "Croatia, Hrvatska",
    "HU": "Hungary",
    "ID": "Indonesia",
    "IE": "Ireland, Éire, Irland",
    "IL": "Israel",
    "IN": "India",
    "IT": "Italy, Italia, Italien",
    "JP": "Japan",
    "KE": "Kenya",
    "KR": "South Korea, Korea",
    "LT": "Lithuania, Lietuva",
    "LU": "Luxembourg, Luxemburg",
    "LV": "Latvia, Latvija",
    "MT": "Malta",
    "MX": "Mexico, México",
    "MY": "Malaysia",
    "NG": "Nigeria",
    "NL": "Netherlands, The Netherlands, Holland, Nederland, Niederlande, Pays-Bas, Países Bajos, Paesi Bassi",
    "NO": "Norway, Norge, Norwegen",
    "NZ": "New Zealand",
    "PE": "Peru",
    "PH": "Philippines",
    "PK": "Pakistan",
    "PL": "Poland, Polska, Polen",
    "PT": "Portugal",
    "RO": "Romania",
    "RS": "Serbia",
    "SA": "Saudi Arabia",
    "SE": "Sweden, Sverige, Schweden",
    "SG": "Singapore",
    "SI": "Slovenia",
    "SK": "Slovakia",
    "TH": "Thailand",
    "TR": "Turkey, Türkiye",
    "UA": "Ukraine",
    "US": "United States, United States of America, USA, America",
    "VN": "Vietnam",
    "ZA": "South Africa",
}

_EU_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_EU = frozenset(_EU_CODES.split())
_UNIONS: dict[str, frozenset[str]] = {"eu": _EU, "european union": _EU, "europe": _EU | {"CH", "GB", "NO"}}

_CODES = {fold(name.strip()): code for code, names in _NAMES.items() for name in names.split(",")}


def countries_named(name: str) -> frozenset[str]:
    """The ISO 3166-1 codes of the country, or the countries of the union, that a name stands for; else none."""
    plain = fold(name.strip())
    if plain in _UNIONS:
        return _UNIONS[plain]
    code = _CODES.get(plain) or (name.strip().upper() if name.strip().upper() in _NAMES else None)
    return frozenset({code} if code else ())
