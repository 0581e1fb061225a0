"""A study of short recordings, run by a build of Ordrett, and what of it must be the same bytes however it is run."""
import hashlib, json, os, random, shutil, sqlite3, subprocess, sys, wave

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAID = 'jeg vi de har ikke vært på kurs i går sammen med Kari Nordmann og Ola fra Tromsø så det ble litt rart egentlig'.split()


def environment(keys): return dict(os.environ, ORDRETT_KEYS=keys)


def ordrett(binary, arguments, study, keys, allowed=(0,), **more):
    result = subprocess.run([binary] + arguments + ['--study', study], env=environment(keys), capture_output=True, text=True, **more)
    if allowed is not None and result.returncode not in allowed:
        sys.exit(f'ordrett {" ".join(arguments)} ended with {result.returncode}:\n{result.stderr[-2000:]}')
    return result


def make(binary, study, recordings, seconds=3):
    """Short recordings with drafts, no two alike; from `seconds` to twice as long."""
    subprocess.run([binary, 'init', study], check=True, capture_output=True)
    with wave.open(os.path.join(HERE, 'SampleAudio/R09_0001.wav')) as source:
        rate, width, channels = source.getframerate(), source.getsampwidth(), source.getnchannels()
        data = source.readframes(source.getnframes())
    size = width * channels
    for number in range(recordings):
        own = random.Random(number)
        length = int(rate * own.uniform(seconds, 2 * seconds))
        start = own.randrange(0, len(data) // size - length) * size
        with wave.open(f'{study}/opptak/P{number:02d}.wav', 'wb') as out:
            out.setnchannels(channels); out.setsampwidth(width); out.setframerate(rate)
            out.writeframes(data[start:start + length * size])
        with open(f'{study}/utkast/P{number:02d}.txt', 'w') as out:
            for who in 'IPI': out.write(f'{who}: ' + ' '.join(own.choice(SAID) for _ in range(3)) + '\n')


def digests(study):
    """Of all that must be the same: results, files for sharing, files for people."""
    found = {}
    for folder, _, names in os.walk(study):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), study)
            kept = name.endswith('.artefact') or path.startswith('deling/') or (path.startswith('fortrolig/') and path.count('/') == 1)
            if not kept or name.startswith('.') or name.endswith(('.lock', '.jsonl')) or name == 'klynge.tsv': continue
            found[path] = hashlib.sha256(open(os.path.join(study, path), 'rb').read()).hexdigest()
    return found


def stored(study):
    """Transcripts in the coding store."""
    store = sqlite3.connect(f'file:{study}/koding.sqlite?mode=ro', uri=True)
    try:
        return sorted(store.execute('SELECT source.item, source_version.number, source_version.digest FROM source_version JOIN source ON source.id = source_version.sourceId'))
    finally: store.close()


def left_over(study):
    return [os.path.join(folder, name) for folder, _, names in os.walk(study) for name in names if name.endswith('.tmp')]


def is_short_list(path, wanted):
    """The list of what is shared of a recording, before the last stage has added its own: all that stands in it is true."""
    if not path.endswith('.signert.json'): return False
    try: files = json.load(open(path))['files']
    except (ValueError, KeyError): return False
    return all(wanted.get('deling/' + file['name']) == file['sha256'] for file in files)


def differences(study, reference, whole):
    """What is not as in the undisturbed run; `whole`: also what is not there, and what has yet to be added to."""
    now, wanted = digests(study), reference['digests']
    wrong = sorted(path for path in now if now[path] != wanted.get(path) and (whole or not is_short_list(os.path.join(study, path), wanted)))
    return wrong + (sorted(set(wanted) - set(now)) if whole else [])


def fresh(template, place, name):
    study, keys = os.path.join(place, name), os.path.join(place, name + '.keys')
    for old in (study, keys): shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(template['study'], study); shutil.copytree(template['keys'], keys)
    return study, keys


def prepared(binary, work, recordings, seconds=3):
    """The study as it is before its first run, with a key of its own, so that its stored results are the same bytes every time; and with
    the signatures that its transcripts will get, so that one run goes all the way."""
    template = {'study': os.path.join(work, 'template'), 'keys': os.path.join(work, 'template.keys')}
    for old in template.values(): shutil.rmtree(old, ignore_errors=True)
    make(binary, template['study'], recordings, seconds)
    ordrett(binary, ['run', '--quiet', '--item', 'P00', '--until', 'ingest'], template['study'], template['keys'])
    for old in ('fortrolig/.mellomlager', '.ordrett', 'fortrolig/kjoringer.jsonl'):
        path = os.path.join(template['study'], old)
        shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
    first, keys = fresh(template, work, 'first')
    ordrett(binary, ['run', '--quiet'], first, keys, allowed=(3,))
    ordrett(binary, ['audit', 'sign', '--all', '--by', 'check'], first, keys)
    shutil.copytree(os.path.join(first, 'fortrolig/signaturer'), os.path.join(template['study'], 'fortrolig/signaturer'))
    return template


def undisturbed(binary, template, work, recordings, jobs):
    """What a run from end to end gives."""
    study, keys = fresh(template, work, 'reference')
    ordrett(binary, ['run', '--quiet', '--jobs', str(jobs)], study, keys)
    reference = {'digests': digests(study), 'stored': stored(study)}
    shared = [path for path in reference['digests'] if path.startswith('deling/')]
    if len(shared) < recordings or len(reference['stored']) != recordings: sys.exit('the undisturbed run shared nothing: there is nothing to compare')
    return reference, len(shared)
