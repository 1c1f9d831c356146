"""Short and other forms of given names, each with the form they are compared by. Not a list of what anybody is called."""

from __future__ import annotations

from types import MappingProxyType

_FORMS = """
albert: al bert bertie
alexander: alex alec sandy sasha
alexandra: alex sandra lexi
alfred: alf alfie fred freddie
andrew: andy drew
anthony: tony antony
barbara: barb babs
benjamin: ben benny
bridget: bridie biddy
catherine: cath cathy kate katie kathy katherine kathryn catharine kathleen katarzyna kasia
charles: charlie chas chuck
charlotte: charlie lottie
christine: chris chrissie tina christina
christopher: chris topher kit
daniel: dan danny
david: dave davey dafydd
deborah: deb debbie debra
dorothy: dot dottie dolly
edward: ed eddie ted teddy ned
elizabeth: liz lizzie beth betty eliza libby elsie lisa elisabeth elzbieta
ewa: eva eve
frances: fran frankie
francis: frank frankie
frederick: fred freddie freddy
geoffrey: geoff jeff jeffrey
george: georgie
gerald: gerry jerry
harold: harry
henry: harry hal
isabella: isabel isobel bella izzy
jacob: jake
james: jim jimmy jamie
jennifer: jen jenny jenni
jessica: jess jessie
joanne: jo joanna joan
john: jack johnny jon
jonathan: jon jonny
joseph: joe joey
joshua: josh
judith: judy jude
katarina: kat
kenneth: ken kenny
lawrence: larry laurie laurence
leonard: len lenny
malgorzata: gosia
margaret: maggie meg peggy madge margie
matthew: matt matty
michael: mike mick micky
mohammed: mohamed muhammad mohammad mohamad mo
nicholas: nick nicky
nicola: nicky niki
pamela: pam
patricia: pat patsy trish tricia
patrick: pat paddy
peter: pete
philip: phil phillip
priyanka: priya
rebecca: becky becca
richard: rick ricky dick rich
robert: rob robbie bob bobby bert
ronald: ron ronnie
samantha: sam sammy
samuel: sam sammy
sarah: sally sara
stephen: steve steven
susan: sue susie suzy
terence: terry
theresa: tess terri tessa
thomas: tom tommy
timothy: tim
victoria: vicky vikki tori
vincent: vince
walter: wally walt
william: bill billy will willie liam
zofia: sophie sofia sophia zosia
"""
ROOTS = MappingProxyType(
    {
        form: root
        for root, forms in (line.split(": ") for line in reversed(_FORMS.strip().splitlines()))
        for form in forms.split()
    }
)
"""The form that a short form is compared by; of two, the first in the alphabet. What is not here stands for itself."""
