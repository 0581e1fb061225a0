#!/usr/bin/env python3
"""Opens what check-exports.sh made in other programs. usage: check_files.py WORK-FOLDER ITEM [EAF-SCHEMA]"""
import collections, csv, functools, glob, json, os, re, subprocess, sys, tempfile, zipfile

import docx, odf.opendocument, odf.teletype, odf.text, pandas, pympi, srt
from praatio import textgrid

from report import Report

work, item, schema = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ''
here = os.path.dirname(os.path.abspath(__file__))
shared, closed = f'{work}/studie/deling/{item}', f'{work}/studie/fortrolig/{item}.fortrolig'
report = Report()
run = functools.partial(subprocess.run, stdin=subprocess.DEVNULL, timeout=180)


def words(text): return re.findall(r'\w+', text)
def read(path): return open(path, encoding='utf-8', newline='').read()


def same(one, two, what):
    assert one == two, f'{what}: {str(one)[:120]} is not {str(two)[:120]}'


# What the plain text says is what every document must say.
def talk(prefix): return [line for line in read(prefix + '.txt').split('\n') if re.match(r'\[\d\d:', line)]
table = list(csv.DictReader(open(shared + '.words.csv', encoding='utf-8', newline='')))
timed = [row for row in table if row['start_s']]


def docx_text(path): return [p.text for p in docx.Document(path).paragraphs if p.style.name == 'Replikk']


def word_document(prefix):
    document = docx.Document(prefix + '.docx')
    same([words(t) for t in docx_text(prefix + '.docx')], [words(t.replace('*', '')) for t in talk(prefix)], 'talk')
    assert document.core_properties.author in ('', None) and document.core_properties.created is None
    assert item in document.sections[0].header.paragraphs[0].text
    styles = {run.style.name for p in document.paragraphs for run in p.runs}
    assert {'Taler', 'Tid', 'Betoning'} <= styles, styles
    return f'{len(document.paragraphs)} paragraphs, styles {", ".join(sorted(styles))}'


def odt_text(path):
    document = odf.opendocument.load(path)
    return [odf.teletype.extractText(p) for p in document.getElementsByType(odf.text.P) if p.getAttribute('stylename') == 'Replikk']


def open_document(prefix):
    path = prefix + '.odt'
    first = zipfile.ZipFile(path).infolist()[0]
    assert (first.filename, first.compress_type) == ('mimetype', zipfile.ZIP_STORED)
    same([words(t) for t in odt_text(path)], [words(t) for t in docx_text(prefix + '.docx')], 'talk')
    return f'{len(odt_text(path))} turns, as in docx'


def pdf_facts(path):
    info = run(['pdfinfo', path], capture_output=True, text=True, check=True).stdout
    text = run(['pdftotext', '-layout', path, '-'], capture_output=True, text=True, check=True).stdout
    return int(re.search(r'Pages:\s+(\d+)', info)[1]), text, info


def missing(text, prefix):
    """Words of the talk that are not in a text; words cut at line ends count as there."""
    have = collections.Counter(words(text))
    return [w for line in talk(prefix) for w in words(line.replace('*', '')) if not have[w]]


def office(prefix, kind):
    with tempfile.TemporaryDirectory() as folder:
        run(
            ['soffice', f'-env:UserInstallation=file://{folder}/profile', '--headless', '--convert-to', 'pdf', '--outdir', folder, f'{prefix}.{kind}'],
            capture_output=True, check=True)
        pages, text, _ = pdf_facts(glob.glob(folder + '/*.pdf')[0])
    lost = missing(text, prefix)
    assert pages >= 1 and len(lost) <= 2, lost[:5]
    return f'{pages} pages'


def layouts():
    """Each placement of times and numbers: LibreOffice shows the time left of the text, and the numbers."""
    said = []
    for path in sorted(glob.glob(work + '/layout/*.docx') + glob.glob(work + '/layout/*.odt')):
        with tempfile.TemporaryDirectory() as folder:
            run(
                ['soffice', f'-env:UserInstallation=file://{work}/profile', '--headless', '--convert-to', 'pdf', '--outdir', folder, path],
                capture_output=True, check=True)
            made = glob.glob(folder + '/*.pdf')[0]
            boxes = run(['pdftotext', '-bbox', made, '-'], capture_output=True, text=True, check=True).stdout
        found = [(float(x), w) for x, w in re.findall(r'<word xMin="([\d.]+)"[^>]*>([^<]*)</word>', boxes)]
        heading = next(x for x, w in found if w == 'Transkripsjon')
        labels = [x for x, w in found if w == 'Intervjuer:']
        numbers = [x for x, w in found if w.isdigit() and x < heading + 5]
        name = os.path.basename(path)
        assert labels and max(labels) - min(labels) < 1, (name, labels)
        if name.startswith('margin'): assert abs(labels[0] - heading) < 1, (name, labels[0], heading)
        if 'none' not in name: assert len(numbers) > 5, (name, len(numbers))
        said.append(name)
    return f'{len(said)} documents, labels in one column'


def pdf(path):
    pages, text, info = pdf_facts(path)
    lost = missing(text, shared)
    assert pages >= 1 and len(lost) <= 2, lost[:5]
    assert 'Author' not in info and re.search(r'Tagged:\s+yes', info), info
    one, two = (open(f'{work}/{folder}/{item}.pdf', 'rb').read() for folder in ('again', 'again2'))
    assert one == two, 'two printings differ'
    return f'{pages} pages, twice the same bytes'


def praat(prefix):
    out = run(['praat', '--run', here + '/tiers.praat', prefix + '.TextGrid'], capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    rows = [line.split('\t') for line in out.stdout.splitlines() if '\t' in line]
    grid = textgrid.openTextgrid(prefix + '.TextGrid', includeEmptyIntervals=False)
    same([r[0] for r in rows], list(grid.tierNames), 'tiers as praatio has them')
    same([int(r[2]) for r in rows], [len(grid.getTier(n).entries) for n in grid.tierNames], 'labels')
    assert len({r[3] for r in rows}) == 1, 'tiers end apart'
    return f'{len(rows)} tiers: ' + ', '.join(f'{r[0]} {r[2]}' for r in rows[:4]) + ' …'


def word_times(prefix):
    """The words of the grid are words of the table at the same times."""
    grid = textgrid.openTextgrid(prefix + '.TextGrid', includeEmptyIntervals=False)
    have = {(round(float(r['start_s']) * 1000) + near, r['text']) for r in timed for near in (-1, 0, 1)}
    seen = [(round(e.start * 1000), e.label) for n in grid.tierNames if n.endswith(' - ord') for e in grid.getTier(n).entries]
    off = [s for s in seen if s not in have]
    assert len(off) <= len(seen) / 50, off[:5]
    return f'{len(seen)} words, {len(off)} moved to make room'


def elan(prefix):
    if schema: run(['xmllint', '--noout', '--nonet', '--schema', schema, prefix + '.eaf'], capture_output=True, check=True)
    eaf = pympi.Eaf(prefix + '.eaf')
    tiers = eaf.get_tier_names()
    grid = textgrid.openTextgrid(prefix + '.TextGrid', includeEmptyIntervals=False)
    same(sorted(tiers), sorted(n for n in grid.tierNames if not n.startswith('FORTROLIG')), 'tiers')
    for name in tiers:
        got = eaf.get_annotation_data_for_tier(name)
        assert len(got) >= len(grid.getTier(name).entries), name
    inside = [n for n in tiers if n.endswith(' - ord')]
    for name in inside:
        turns = sorted(eaf.get_annotation_data_for_tier(name.removesuffix(' - ord')))
        for word in eaf.get_annotation_data_for_tier(name): assert any(t[0] <= word[0] and word[1] <= t[1] for t in turns), word[:2]
    assert eaf.adocument['AUTHOR'] == ''
    same([m['RELATIVE_MEDIA_URL'] for m in eaf.media_descriptors], [f'../opptak/{item}.flac'] if 'fortrolig' in prefix else [], 'recording')
    return f'{len(tiers)} tiers{", valid by the schema" if schema else ""}'


def ctm(prefix):
    lines = [line.split(' ') for line in read(prefix + '.ctm').splitlines() if not line.startswith(';;')]
    assert all(len(l) in (5, 6) and float(l[3]) >= 0 for l in lines)
    starts = [float(l[2]) for l in lines]
    assert starts == sorted(starts)
    same(len(lines), sum(len(r['text'].split()) for r in timed), 'words')
    return f'{len(lines)} words'


def rttm(prefix):
    lines = [line.split() for line in read(prefix + '.rttm').splitlines() if not line.startswith(';;')]
    assert all(l[0] == 'SPEAKER' and len(l) == 10 and float(l[4]) > 0 for l in lines)
    return f'{len(lines)} stretches'


def tables(prefix):
    frame = pandas.read_csv(prefix + '.words.csv')
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    for name in ('turn', 'word'): assert kinds[name] == 'int64', (name, kinds[name])
    for name in ('start_s', 'end_s', 'duration_s', 'prominence_strength', 'confidence'): assert kinds[name] == 'float64', (name, kinds[name])
    for name in ('filler', 'cut_off', 'unclear', 'backchannel'): assert kinds[name] == 'bool', (name, kinds[name])
    pauses = pandas.read_csv(prefix + '.pauses.csv')
    assert set(pauses['kind']) <= {'inside', 'latency', 'rhetorical', 'filled'} and (pauses['duration_s'].dropna() >= 0).all()
    return f'{len(frame)} words, {len(pauses)} pauses'


def subtitles(prefix):
    cues = list(srt.parse(read(prefix + '.srt')))
    assert cues and all(c.end > c.start for c in cues)
    return f'{len(cues)} cues'


def coded(prefix, suffix, pattern):
    text = read(f'{prefix}.{suffix}.txt')
    found = re.findall(pattern, text, re.M)
    same(len(found), len(talk(prefix)), 'turns')
    return f'{len(found)} turns'


def program(prefix):
    made = json.load(open(prefix + '.json', encoding='utf-8'))
    said = [e for t in made['turns'] for e in t['elements'] if e['type'] == 'word']
    same(len(said), len(table), 'words')
    assert 'evidence' not in read(prefix + '.json')
    return f'{len(made["turns"])} turns, {len(said)} words'


def again():
    differ = [os.path.basename(p) for p in glob.glob(work + '/again/*') if open(p, 'rb').read() != open(f'{work}/studie/deling/{os.path.basename(p)}', 'rb').read()]
    # The study's own citation pattern stands in its documents.
    differ = [name for name in differ if name.rsplit('.', 1)[1] not in ('docx', 'odt', 'pdf', 'html', 'txt')]
    assert not differ, differ
    return 'the command and the study write the same'


def untimed():
    made = os.listdir(work + '/untimed')
    return f'{len(made)} files of a draft without times'


for name, prefix in (('shareable', shared), ('confidential', closed)):
    report.check(f'{name} docx in python-docx', lambda: word_document(prefix))
    report.check(f'{name} odt in odfpy', lambda: open_document(prefix))
    report.check(f'{name} TextGrid in Praat, praatio', lambda: praat(prefix))
    report.check(f'{name} eaf in pympi, schema', lambda: elan(prefix))
    report.check(f'{name} rttm', lambda: rttm(prefix))
    report.check(f'{name} csv in pandas', lambda: tables(prefix))
    report.check(f'{name} srt', lambda: subtitles(prefix))
    report.check(f'{name} txt-atlasti', lambda: coded(prefix, 'atlasti', r'^#\d\d:\d\d:\d\d-\d# .+: '))
    report.check(f'{name} txt-qualcoder', lambda: coded(prefix, 'qualcoder', r'^\[\d\d:\d\d:\d\d\] .+: '))
report.check('docx in LibreOffice', lambda: office(shared, 'docx'))
report.check('odt in LibreOffice', lambda: office(shared, 'odt'))
report.check('pdf', lambda: pdf(shared + '.pdf'))
report.check('margin times and numbers', layouts)
report.check('words of TextGrid and csv', lambda: word_times(shared))
report.check('ctm', lambda: ctm(shared))
report.check('json', lambda: program(shared))
report.check('twice the same bytes', again)
report.check('a draft without times', untimed)
report.end()
