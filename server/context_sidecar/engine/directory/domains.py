"""Who a domain belongs to: registrable domains, and those that belong to nobody in particular."""

from __future__ import annotations

import re
from functools import cache

import idna
from tldextract import TLDExtract

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+")

LONGEST = 253
"""Characters that a host name can have (RFC 1035); longer ones are not looked at."""

NEVER_PUBLIC = frozenset(
    {
        "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain",
        "localhost", "onion",
    }
)  # fmt: skip
"""Last labels under which names mean something else in every network: RFC 6761, 6762, 7686, 8375,
ICANN's reserved `internal`, and those that ICANN keeps back because they are in private use."""


def registrable(host: str) -> str | None:
    """Return the domain that the owner of *host* registered, in ASCII (RFC 5890 A-labels).

    By the public suffix list as the installed tldextract bundles it; nothing is downloaded. Private
    suffixes count: two customers under `github.io` are two. The list's default rule holds for last
    labels that it does not know. IP addresses, single labels and names that are never public have
    no owner.
    """
    name = _ascii(host) if len(host) <= LONGEST else ""
    if not _HOST.fullmatch(name):
        return None
    labels = name.split(".")
    if labels[-1].isdigit() or labels[-1] in NEVER_PUBLIC:
        return None
    found = _by_list()(name)
    if not found.suffix:
        return ".".join(labels[-2:])
    return found.top_domain_under_public_suffix or None


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


@cache
def _by_list() -> TLDExtract:
    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


_WORLDWIDE = """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com windowslive.com
    passport.com yahoo.com ymail.com rocketmail.com myyahoo.com aol.com aim.com love.com
    games.com icloud.com me.com mac.com appleid.com proton.me protonmail.com protonmail.ch pm.me
    tutanota.com tutanota.de tutamail.com tuta.com tuta.io keemail.me fastmail.com fastmail.fm
    fastmail.net hey.com duck.com mozmail.com zoho.com zohomail.com zohomail.eu mail.com
    email.com usa.com europe.com asia.com consultant.com engineer.com dr.com post.com gmx.com
    gmx.us hushmail.com hush.com mailfence.com runbox.com posteo.net startmail.com disroot.org
    riseup.net lycos.com excite.com inbox.com simplelogin.com simplelogin.io aleeas.com
    anonaddy.com anonaddy.me mailinator.com guerrillamail.com 10minutemail.com temp-mail.org
    yopmail.com trashmail.com
"""

_NATIONAL_FORMS = """
    hotmail.at hotmail.be hotmail.ca hotmail.ch hotmail.co.jp hotmail.co.uk hotmail.com.ar
    hotmail.com.br hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.it hotmail.nl
    hotmail.no hotmail.se outlook.at outlook.be outlook.cl outlook.co.id outlook.com.ar
    outlook.com.au outlook.com.br outlook.de outlook.dk outlook.es outlook.fr outlook.ie
    outlook.in outlook.it outlook.jp outlook.kr outlook.pt live.at live.be live.ca live.cl
    live.cn live.co.uk live.com.ar live.com.au live.com.mx live.com.pt live.de live.dk live.fr
    live.ie live.in live.it live.jp live.nl live.no live.se yahoo.at yahoo.ca yahoo.cl yahoo.cn
    yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk
    yahoo.co.za yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.hk yahoo.com.mx
    yahoo.com.my yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de
    yahoo.dk yahoo.es yahoo.fi yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.no
    yahoo.pl yahoo.ro yahoo.se aol.co.uk aol.de aol.fr aol.it gmx.at gmx.ch gmx.de gmx.es gmx.eu
    gmx.fr gmx.info gmx.it gmx.net gmx.org
"""

_ACCESS_PROVIDERS = """
    web.de freenet.de t-online.de arcor.de vodafone.de posteo.de mailbox.org email.de online.de
    kabelmail.de aon.at chello.at a1.net liwest.at bluewin.ch hispeed.ch sunrise.ch orange.fr
    wanadoo.fr free.fr laposte.net sfr.fr neuf.fr club-internet.fr bbox.fr numericable.fr
    libero.it virgilio.it alice.it tin.it tiscali.it tim.it inwind.it iol.it fastwebnet.it
    telefonica.net ono.com terra.es sapo.pt iol.pt clix.pt netcabo.pt telenet.be skynet.be
    proximus.be ziggo.nl kpnmail.nl planet.nl hetnet.nl xs4all.nl home.nl upcmail.nl quicknet.nl
    casema.nl btinternet.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk sky.com
    tiscali.co.uk eircom.net telia.com comhem.se bredband.net spray.se online.no telenor.no
    tdcadsl.dk mail.dk jubii.dk kolumbus.fi luukku.com elisanet.fi suomi24.fi wp.pl o2.pl
    onet.pl interia.pl gazeta.pl tlen.pl vp.pl op.pl seznam.cz email.cz centrum.cz atlas.cz
    post.cz azet.sk centrum.sk zoznam.sk freemail.hu citromail.hu t-online.hu abv.bg mail.bg
    otenet.gr ukr.net i.ua meta.ua mail.ru inbox.ru list.ru bk.ru internet.ru yandex.ru
    yandex.com ya.ru rambler.ru tut.by mynet.com walla.co.il walla.com netvision.net.il
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
    earthlink.net juno.com netzero.net optonline.net frontier.com windstream.net centurylink.net
    roadrunner.com rogers.com shaw.ca sympatico.ca videotron.ca telus.net bell.net uol.com.br
    bol.com.br terra.com.br ig.com.br globo.com globomail.com prodigy.net.mx fibertel.com.ar
    bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au xtra.co.nz rediffmail.com
    sify.com qq.com foxmail.com 163.com 126.com yeah.net 139.com 189.cn sina.com sina.cn
    sohu.com tom.com aliyun.com naver.com daum.net hanmail.net nate.com kakao.com docomo.ne.jp
    ezweb.ne.jp softbank.ne.jp softbank.jp au.com nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp
    plala.or.jp pchome.com.tw hinet.net webmail.co.za mweb.co.za
"""

FREE_MAIL = frozenset((_WORLDWIDE + _NATIONAL_FORMS + _ACCESS_PROVIDERS).split())
"""Domains whose mailboxes anybody can have: an address there says nothing about the customer.

Extended by `accounts.free_mail` in sidecar.yaml. Kept by hand: services with a name of their own,
forwarding services that hide an address, the best known throw-away ones; the big services'
national forms; national services and access providers whose subscribers keep a mailbox there.
"""
