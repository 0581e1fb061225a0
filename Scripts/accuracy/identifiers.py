"""Structured identifiers in all the shapes people write and say them, and what only looks like them; seeded."""
import random

ONES = 'null en to tre fire fem seks sju åtte ni'.split()
TEENS = 'ti elleve tolv tretten fjorten femten seksten sytten atten nitten'.split()
TENS = {2: 'tjue', 3: 'tretti', 4: 'førti', 5: 'femti', 6: 'seksti', 7: 'sytti', 8: 'åtti', 9: 'nitti'}
FRAMES = ['Det var {} som sto der.', 'Hun skrev {} på lappen.', 'Jeg tror det er {}, men jeg er ikke sikker.', 'så sa han {} og la på', '{} var det de oppga.',
          'Da fikk jeg {} av henne på kontoret.', 'De ba om {}.', 'vi noterte {} i boka og gikk videre', '– {}, svarte hun.', 'Opplysningen ({}) ble sendt videre.']
STREETS = ['Storgata', 'Nedre Bakkegate', 'Kirkeveien', 'Åsveien', 'Kong Oscars gate', 'Sjøgata', 'Fjellveien', 'Torggata', 'Parkveien', 'Strandpromenaden', 'Øvre Langgate',
           'Solbakken', 'Bjørnstjerne Bjørnsons vei', 'Myrsvingen', 'Lindealléen', 'Gamleveien', 'Rådhusplassen', 'St. Olavs gate', 'Nordre Ringvei', 'Elvestien']
PLACES = ['Bodø', 'Tromsø', 'Sandnes', 'Rjukan', 'Hamar', 'Svolvær', 'Mo i Rana', 'Førde', 'Molde', 'Levanger']
NAMES = ['kari', 'ola.hansen', 'per_olsen', 'siv.anita', 'mona82', 'jens-erik', 'b.berg', 'marit.lund', 'post', 'fotballmamma']
HOSTS = ['gmail.com', 'hotmail.no', 'online.no', 'kommune.no', 'eksempel.no', 'sykehuset-innlandet.no', 'ntnu.no', 'helse-nord.no']


class Maker:
    def __init__(self, seed): self.r = random.Random(seed)
    def digits(self, n): return ''.join(self.r.choice('0123456789') for _ in range(n))
    def pick(self, *a): return self.r.choice(a)

    # --- numbers with check digits, by the published rules -------------------------------------------------------
    def national(self, valid=True):
        while True:
            day = self.r.randint(1, 28) + self.pick(0, 0, 0, 40); month = self.r.randint(1, 12) + self.pick(0, 0, 0, 40, 65, 80)
            d = [int(c) for c in f'{day:02d}{month:02d}{self.digits(5)}']
            if not valid: return ''.join(map(str, d)) + self.digits(2)
            k1 = (11 - sum(w * x for w, x in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), d)) % 11) % 11
            k2 = (11 - sum(w * x for w, x in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), d + [k1])) % 11) % 11
            if k1 < 10 and k2 < 10: return ''.join(map(str, d)) + f'{k1}{k2}'

    def account(self):
        while True:
            d = self.digits(10)
            k = (11 - sum(w * int(x) for w, x in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), d)) % 11) % 11
            if k < 10: return d + str(k)

    def card(self):
        d = self.pick('4', '51', '55') ; d += self.digits(15 - len(d))
        s = sum((x * 2 - 9 if x > 4 else x * 2) if i % 2 == 0 else x for i, x in enumerate(map(int, d)))
        return d + str(-s % 10)

    def organisation(self):
        while True:
            d = self.pick('8', '9') + self.digits(7)
            k = (11 - sum(w * int(x) for w, x in zip((3, 2, 7, 6, 5, 4, 3, 2), d)) % 11) % 11
            if k < 10: return d + str(k)

    def cut(self, d, sizes, sep):
        out, i = [], 0
        for n in sizes: out.append(d[i:i + n]); i += n
        return sep.join(out)

    def said(self, d):
        way = self.pick('digits', 'pairs', 'pairs', 'comma')
        if way != 'pairs': return (', ' if way == 'comma' else ' ').join(ONES[int(c)] for c in d)
        out = []
        for i in range(0, len(d), 2):
            pair = d[i:i + 2]
            if len(pair) == 1: out.append(ONES[int(pair)])
            elif pair[0] == '0': out.append('null ' + ONES[int(pair[1])])
            elif pair[0] == '1': out.append(TEENS[int(pair[1])])
            else: out.append(TENS[int(pair[0])] + (ONES[int(pair[1])] if pair[1] != '0' else ''))
        return ' '.join(out)

    # --- one identifier: (kind, words before, identifier, words after) ---------------------------------------------
    def identifier(self):
        kind = self.pick('phone', 'phone', 'phone', 'national', 'national', 'account', 'card', 'iban', 'organisation', 'email', 'url', 'handle', 'address', 'postcode',
                         'plate', 'case', 'spoken-phone', 'spoken-email', 'broken', 'birth-six', 'short-phone', 'passport', 'ip', 'coordinates', 'foreign-phone', 'spoken-plate', 'date')
        sep = lambda: self.pick(' ', ' ', '\u00a0', '.', '-')
        b = a = ''
        if kind == 'phone':
            d = self.pick('2', '3', '4', '5', '6', '7', '9', '9', '4') + self.digits(7)
            s = self.cut(d, self.pick((2, 2, 2, 2), (3, 2, 3), (5, 3), (8,), (4, 4)), self.pick(' ', ' ', '\u00a0', '.', '-'))
            s = self.pick('', '', '+47 ', '0047 ', '(+47) ', '+47', '0047') + s
        elif kind == 'foreign-phone': s = '+' + self.pick('46', '45', '1', '44', '370', '48', '7', '963') + ' ' + self.cut(self.digits(9), self.pick((3, 3, 3), (2, 3, 2, 2), (9,)), ' ')
        elif kind == 'short-phone': b, s = self.pick('tlf. ', 'telefon ', 'ring ', 'nummeret er '), self.pick('0' + self.pick('2', '3', '4', '5', '6', '7', '8', '9') + self.digits(3), '815 ' + self.cut(self.digits(5), (2, 3), ' '), '815' + self.digits(5))
        elif kind == 'national':
            d = self.national(self.r.random() < 0.7)
            s = self.cut(d, *self.pick(((11,), ''), ((6, 5), ' '), ((6, 5), '-'), ((6, 5), '.'), ((6, 3, 2), ' '), ((2, 2, 2, 5), '.'), ((2, 2, 2, 5), ' '), ((2, 2, 2, 3, 2), ' '), ((6, 5), '\u00a0')))
        elif kind == 'account': s = self.cut(self.account(), (4, 2, 5), self.pick(' ', '.', '-', '\u00a0', ''))
        elif kind == 'card': s = self.cut(self.card(), self.pick((4, 4, 4, 4), (16,)), self.pick(' ', '-', '\u00a0'))
        elif kind == 'iban':
            acc = self.account(); check = 98 - int(acc + '232400') % 97; d = f'NO{check:02d}{acc}'
            s = d if self.r.random() < 0.4 else ' '.join(d[i:i + 4] for i in range(0, 15, 4))
        elif kind == 'organisation': b, s = self.pick('', 'org.nr. ', 'organisasjonsnummer '), self.cut(self.organisation(), self.pick((3, 3, 3), (9,)), ' ')
        elif kind == 'email': s = self.pick(*NAMES) + self.pick('@', '@', '@') + self.pick(*HOSTS)
        elif kind == 'spoken-email': s = self.pick('kari punktum hansen', 'ola strek berg', 'siv', 'mona understrek lie', 'per') + self.pick(' krøllalfa ', ' alfakrøll ') + self.pick('gmail punktum com', 'online punktum no', 'helse nord punktum no'.replace('helse nord', 'helse strek nord'))
        elif kind == 'url': s = self.pick('www.', 'https://www.', 'http://', 'https://') + self.pick('eksempel.no', 'karis-blogg.no/om-meg', 'facebook.com/kari.hansen.5', 'berg.org/2019/03?id=4', 'linkedin.com/in/ola-b')
        elif kind == 'handle': s = self.pick('@kari_h', '@ola.berg', '@fjelljenta82', '@siv', 'kari_hansen', 'per_o_lie')
        elif kind == 'address':
            s = self.pick(*STREETS) + ' ' + str(self.r.randint(1, 240)) + self.pick('', '', ' ' + self.pick('A', 'B', 'C'), self.pick('a', 'b'))
            if self.r.random() < 0.2: s = s.lower()
            if self.r.random() < 0.15: s += ', H' + self.pick('01', '02', '03') + self.pick('01', '02', '05')
        elif kind == 'postcode':
            s = f'{self.r.randint(1, 9)}{self.digits(3)}'
            while 1800 <= int(s) <= 2099: s = f'{self.r.randint(3, 9)}{self.digits(3)}'
            s = self.pick('', '', 'N-') + s + ' ' + self.pick(*PLACES)
        elif kind == 'plate': s = self.pick('AB', 'EL', 'EK', 'VD', 'NF', 'ZY', 'RL', 'BT') + self.pick(' ', '', '-') + self.pick(*[self.pick('1', '2', '5', '8', '9') + self.digits(4)] * 4, '3' + self.digits(3))
        elif kind == 'spoken-plate': b, s = self.pick('skiltet er ', 'bilen hans har ', 'registreringsnummeret er '), self.pick('A B ', 'EL ', 'v d ', 'ek ') + self.said(self.pick('1', '2', '9') + self.digits(4)).replace(',', '')
        elif kind == 'case':
            b, s = self.r.choice([('sak ', f'{self.r.randint(1998, 2024)}/{self.r.randint(3000, 9999)}'), ('', f'{self.r.randint(1998, 2024)}/{self.r.randint(3000, 99999)}-{self.r.randint(1, 40)}'), ('saksnr. ', f'{self.r.randint(10, 24)}/{self.digits(5)}-{self.r.randint(1, 9)}'),
                ('journalnr ', self.digits(6)), ('journalnummer ', self.digits(8)), ('NPR-nr. ', self.digits(7)), ('HPR-nummer ', self.digits(7)), ('saksnummeret er ', f'{self.r.randint(15, 24)}/{self.r.randint(100, 9999)}'), ('pasientnummer ', self.digits(7)), ('kundenummer ', self.digits(6)), ('', f'{self.r.randint(10, 24)}-{self.digits(6)}TVI-TOSL/04')])
        elif kind == 'spoken-phone':
            b, s = self.pick('nummeret er ', 'ring ', '', 'telefonen er '), self.said(self.pick('9', '4', '2', '7') + self.digits(7))
        elif kind == 'broken':
            d = self.national(self.r.random() < 0.5); s = d[:6] + self.pick(' og så ', ', og de siste er ', ' bindestrek ', ' eh ', ' pluss ') + d[6:]
        elif kind == 'birth-six': b, s = self.pick('født ', 'personnummeret begynner på ', 'f. ', 'fødselsdato '), self.national()[:6]
        elif kind == 'passport': b, s = self.pick('passnummer ', 'pass nr. ', 'ID-kort ', 'passet er '), self.pick(self.pick('C', 'D') + self.pick('CA', 'HB') + self.digits(6), self.digits(8), '2' + self.digits(7))
        elif kind == 'ip': s = '.'.join(str(self.r.randint(20, 254)) for _ in range(4))
        elif kind == 'coordinates': s = self.pick(f'67.{self.digits(4)}, 14.{self.digits(4)}', f'59.{self.digits(5)} 10.{self.digits(5)}', f"{self.r.randint(58, 71)}°{self.r.randint(10, 59)}'N {self.r.randint(5, 30)}°{self.r.randint(10, 59)}'Ø", f'{self.r.randint(58, 71)}°{self.r.randint(10, 59)}′{self.r.randint(10, 59)}″N')
        else:
            y = self.r.randint(1920, 2024); d, m = self.r.randint(1, 28), self.r.randint(1, 12)
            s = self.pick(f'{d:02d}.{m:02d}.{y}', f'{d}.{m}.{y % 100:02d}', f'{d}/{m}-{y % 100:02d}', f'{y}-{m:02d}-{d:02d}', f'{d}. ' + 'januar februar mars april mai juni juli august september oktober november desember'.split()[m - 1] + f' {y}')
        return kind, b, s, a

    # --- what is none ----------------------------------------------------------------------------------------------
    def lookalike(self):
        r, p = self.r, self.pick
        kind = p('sum', 'sum', 'year-range', 'dose', 'law', 'time', 'percent', 'measure', 'score', 'page', 'room', 'isbn', 'bmi', 'pressure', 'population', 'fraction', 'version', 'count', 'times', 'season', 'range', 'temperature', 'lab', 'course')
        n = r.randint
        th = lambda k: ' '.join([str(n(1, 999))] + [f'{n(0, 999):03d}' for _ in range(k)])
        s = {
            'sum': lambda: p(f'{th(2)} kroner', f'{th(1)} kroner', f'kr {th(2)}', f'{th(2).replace(" ", ".")} kr', f'{n(10, 99)} {n(100, 999)} {n(100, 999)} kr', f'{n(100, 9999)},50 kroner', f'NOK {th(1)}', f'{th(3)} kroner', f'{n(10000000, 99999999)} kroner', f'{n(1, 90)} millioner', f'kr. {n(100, 999)},-'),
            'year-range': lambda: f'{n(1950, 1999)}{p("–", "-")}{n(2000, 2024)}',
            'dose': lambda: p(f'{p(5, 10, 50, 500)} mg x {n(1, 4)}', f'{n(1, 20)},5 mg', f'{n(1, 40)} ml', f'{p(25, 75, 100)} mcg', f'{n(1, 3)} tabletter {n(2, 4)} ganger', f'{n(1, 5)}.5 mg'),
            'law': lambda: p(f'§ {n(1, 30)}-{n(1, 20)}', f'paragraf {n(1, 30)}', f'§{n(1, 30)}-{n(1, 9)} bokstav a', f'kapittel {n(1, 20)}', f'§§ {n(1, 9)} og {n(10, 20)}', f'artikkel {n(1, 60)}', f'punkt {n(1, 9)}.{n(1, 9)}', f'kapittel {n(1, 9)}.{n(1, 9)}.{n(1, 9)}.{n(1, 9)}'),
            'time': lambda: p(f'kl. {n(10, 23)}.{n(10, 59)}', f'klokka {n(1, 12)}', f'{n(8, 11):02d}.{p("00", "15", "30")}–{n(12, 23)}.{p("00", "30")}', f'{n(10, 23)}:{n(10, 59)}', f'klokken {n(10, 23)}.{p("05", "10", "30")}', f'{n(20, 22)}.00-{n(22, 23)}.30'),
            'percent': lambda: p(f'{n(1, 99)} prosent', f'{n(1, 99)},{n(1, 9)} %', f'{n(1, 99)}%', f'{n(10, 40)}–{n(41, 90)} prosent'),
            'measure': lambda: p(f'{n(1, 200)} kilo', f'{n(1, 9)} {n(100, 999)} meter', f'{n(2, 90)},{n(1, 9)} km', f'{n(20, 400)} kvm', f'{th(1)} liter', f'{n(1, 50)} mil', f'{n(100, 900)} gram', f'{n(140, 199)} cm'),
            'score': lambda: p(f'{n(0, 9)}–{n(0, 9)}', f'{n(0, 9)}-{n(0, 9)}', f'{n(0, 30)} av {n(31, 60)} poeng', f'HbA1c {n(30, 99)}', f'GAF {n(20, 90)}', f'MADRS {n(5, 40)}'),
            'page': lambda: p(f'side {n(1, 400)}', f's. {n(1, 400)}–{n(401, 600)}', f'sidene {n(1, 99)}-{n(100, 200)}', f'tabell {n(1, 20)}', f'figur {n(1, 9)}.{n(1, 9)}'),
            'room': lambda: p(f'rom {n(100, 499)}', f'rom nummer {n(1, 40)}', f'etasje {n(1, 9)}', f'dør {n(1, 30)}'),
            'isbn': lambda: p(f'ISBN 978-82-{n(10, 99)}-{n(10000, 99999)}-{n(0, 9)}', f'ISBN: 978 82 {n(100, 999)} {n(1000, 9999)} {n(0, 9)}', f'ISSN {n(1000, 9999)}-{n(1000, 9999)}'),
            'bmi': lambda: p(f'BMI {n(15, 45)},{n(0, 9)}', f'BMI på {n(15, 45)}'),
            'pressure': lambda: p(f'{n(100, 190)}/{n(60, 110)}', f'puls {n(40, 150)}', f'blodtrykk {n(100, 190)} over {n(60, 110)}'),
            'population': lambda: p(f'{th(1)} innbyggere', f'{th(2)} mennesker', f'{n(2, 9)} 000 personer'),
            'fraction': lambda: p(f'{n(1, 3)}/4 av dem', f'1/{n(2, 8)} tablett', f'{n(1, 9)} av {n(10, 20)}', f'{n(1, 2)}/3 kopp'),
            'version': lambda: p(f'versjon {n(1, 9)}.{n(0, 9)}', f'ICD-10', f'DSM-5', f'Windows {n(7, 11)}', f'MP{n(3, 4)}', f'Covid-19', f'A{n(3, 5)}-ark'),
            'count': lambda: p(f'{n(2, 40)} ansatte', f'{n(2, 9)} barn', f'{n(100, 999)} saker', f'{n(2, 20)} sengeplasser', f'tre tusen fire hundre', f'{n(2, 9)} tusen'),
            'times': lambda: p(f'{n(2, 9)} ganger', f'{n(2, 30)} minutter', f'{n(2, 12)} timer', f'{n(2, 20)} uker', f'en to tre fire fem seks sju åtte ni ti', f'{n(2, 40)} år siden'),
            'season': lambda: p(f'skoleåret {n(10, 22)}/{23}', f'{p("femte", "sjette")} klasse', f'{n(1, 10)}. klasse', f'trinn {n(1, 10)}', f'vg{n(1, 3)}'),
            'range': lambda: p(f'{n(2, 9)}–{n(10, 20)} stykker', f'{n(10, 30)}-{n(31, 60)} pasienter', f'fra {n(2, 9)} til {n(10, 30)}', f'mellom {n(2, 9)} og {n(10, 30)} dager'),
            'temperature': lambda: p(f'{n(36, 41)},{n(0, 9)} i feber', f'{n(1, 25)} grader', f'minus {n(1, 40)} grader', f'{n(36, 40)},{n(0, 9)}°'),
            'lab': lambda: p(f'CRP {n(1, 200)}', f'Hb {n(7, 17)},{n(0, 9)}', f'{n(2, 9)},{n(0, 9)} mmol/l', f'pH {n(6, 7)},{n(10, 99)}', f'kreatinin {n(50, 300)}'),
            'course': lambda: p(f'{n(10, 60)} studiepoeng', f'kurs {n(1, 4)}', f'modul {n(1, 8)}', f'nivå {n(1, 5)}', f'fase {n(1, 4)}', f'trinn {n(1, 5)} av {n(6, 9)}'),
        }[kind]()
        return kind, s


def identifiers(count, seed=20250117):
    m = Maker(seed)
    for i in range(count):
        kind, before, s, after = m.identifier()
        head, tail = m.r.choice(FRAMES).split('{}')
        yield kind, head + before, s, after + tail


def lookalikes(count, seed=20250118):
    m = Maker(seed)
    for i in range(count):
        kind, s = m.lookalike()
        head, tail = m.r.choice(['Det var {} den gangen.', 'Hun sa {} da jeg spurte.', 'Vi hadde {} å gå på.', 'de regna med {} til sammen', 'Jeg leste {} i rapporten.', 'Så ble det {}, og det holdt.', 'De noterte {} og gikk videre.', 'Vi snakka om {} i møtet.']).split('{}')
        yield kind, head, s, tail
