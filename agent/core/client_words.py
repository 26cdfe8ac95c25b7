"""The words that mail clients put around quoted and forwarded mail, and with which people end a letter.

They stand in the language of the writer's mail client, which may be another than that of the mail: so they are not part
of a lexicon but hold for every mail. A phrase is written in lower case; a line holds one language or one family.
"""

from __future__ import annotations


def _phrases(table: str) -> frozenset[str]:
    """The phrases of a table: separated by commas, any number to a line."""
    return frozenset(phrase for line in table.splitlines() for each in line.split(",") if (phrase := each.strip()))


OPENING = tuple(
    f"{word} "
    for word in sorted(
        _phrases("""
        on, am, le, el, em, no dia, a, il, il giorno, op, den, dne, dnia, w dniu, på
        """)
    )
)
"""How the line that introduces a quotation begins, where it begins with the date."""

WROTE = _phrases("""
    wrote, writes
    schrieb, schreibt
    a écrit, écrit
    escribió, escribio
    escreveu
    ha scritto, scrisse
    schreef
    skrev, kirjoitti, napisał, napisała, napsal, napsala, написал, написала, yazdı, írta
""")

ORIGINAL_MESSAGE = _phrases("""
    original message, original appointment, reply message
    ursprüngliche nachricht, originalnachricht, originaltermin, ursprünglicher termin
    message d'origine, message d’origine, message original, message initial
    mensaje original, cita original
    mensagem original
    messaggio originale
    oorspronkelijk bericht, originele bericht, oorspronkelijke afspraak
    originalmeddelande, oprindelig meddelelse, opprinnelig melding, wiadomość oryginalna, původní zpráva
""")

FORWARDED_MESSAGE = _phrases("""
    forwarded message, begin forwarded message
    weitergeleitete nachricht, anfang der weitergeleiteten nachricht, anfang der weitergeleiteten e-mail
    message transféré, début du message transféré, début du message réexpédié
    mensaje reenviado, inicio del mensaje reenviado
    mensagem encaminhada, início da mensagem encaminhada, mensagem reencaminhada, início da mensagem reencaminhada
    messaggio inoltrato, inizio messaggio inoltrato
    doorgestuurd bericht, begin doorgestuurd bericht
""")

FORWARDED_BY = tuple(sorted(_phrases("forwarded by, weitergeleitet von, transféré par, reenviado por, inoltrato da")))
"""How the line begins that Notes puts before a forwarded mail."""

FORWARD_PREFIX = _phrases("fw, fwd, wg, tr, rv, enc, i, doorst, vs, vb, vl, pd")
"""What a mail client puts before the subject of a forwarded mail."""

FROM = _phrases("from, von, de, da, van, fra, från, od, expéditeur, remitente, mittente, afzender, lähettäjä, kimden")
SENT = _phrases("""
    sent, date, gesendet, datum, envoyé, envoyée, enviado, enviada, fecha, data, inviato, verzonden
    sendt, skickat, wysłano
""")
TO = _phrases("to, an, à, para, per, a, aan, til, till, do, komu, destinataire, cc, kopie")
SUBJECT = _phrases(
    "subject, betreff, objet, asunto, assunto, oggetto, onderwerp, emne, ämne, temat, předmět, aihe, konu"
)
OTHER_KEYS = _phrases(
    "reply-to, bcc, importance, priorität, attachments, anlagen, when, where, organizer, required, optional"
)
"""The first words of the keys in a header block as mail clients put it above older mail."""

PHONE_LINES = _phrases("""
    sent from, sent via, sent using, get outlook for, get bluemail for
    gesendet von, von meinem, gesendet mit, outlook für, holen sie sich outlook
    envoyé de, envoyé depuis, télécharger outlook, obtenir outlook
    enviado desde, enviado de, enviado do, enviado a partir, obtener outlook, obter o outlook
    inviato da, inviato dal, scarica outlook
    verzonden vanaf, verstuurd vanaf, verzonden met, outlook voor
""")
"""How the line begins that a phone or a mail client puts under what it sends."""

CLOSINGS = _phrases("""
    best, all the best, best wishes, best regards, kind regards, kindest regards, warm regards, warmest regards, regards
    with best regards, with kind regards, thanks and regards, thanks & regards, thanks and best regards
    thanks, many thanks, thanks again, thanks so much, thanks in advance, thank you, thank you so much, with thanks
    sincerely, yours sincerely, sincerely yours, yours truly, yours faithfully, respectfully, yours, cordially
    cheers, warmly, talk soon, speak soon, take care
    mit freundlichen grüßen, mit freundlichen grüssen, mit freundlichen gruessen, mit freundlichem gruß
    freundliche grüße, freundliche grüsse, viele grüße, viele grüsse, beste grüße, mit besten grüßen
    liebe grüße, herzliche grüße, schöne grüße, mfg, lg, vg, vielen dank
    cordialement, bien cordialement, très cordialement, bien à vous, bien à toi, salutations, meilleures salutations
    sincères salutations, cdt, merci, à bientôt
    un saludo, saludos, saludos cordiales, un cordial saludo, atentamente, gracias, muchas gracias
    atenciosamente, cumprimentos, com os melhores cumprimentos, abraço, abraços, um abraço, obrigado, obrigada, att
    saluti, cordiali saluti, distinti saluti, un saluto, un cordiale saluto, grazie
    groet, groeten, met vriendelijke groet, met vriendelijke groeten, vriendelijke groet, vriendelijke groeten
    hartelijke groet, hartelijke groeten, mvg, alvast bedankt
""")

DISCLAIMERS = tuple(
    sorted(
        _phrases("""
        this email, this e-mail, this message, this communication, the information contained, the information in this
        confidential, disclaimer, please consider the environment
        diese e-mail, diese email, diese nachricht
        ce message, ce courriel
        este mensaje, este correo
        esta mensagem, este e-mail
        questo messaggio, questa e-mail
        dit bericht, dit e-mailbericht, deze e-mail
        """)
    )
)
"""How the small print under a letter begins."""
