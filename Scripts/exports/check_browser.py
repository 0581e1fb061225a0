#!/usr/bin/env python3
"""Plays the page and the subtitles in headless Chromium. usage: check_browser.py ORDRETT WORK-FOLDER ITEM SEALED RAW"""
import base64, functools, http.server, itertools, json, math, os, re, struct, subprocess, sys, tempfile, threading, time, wave

import websocket

from report import Report

ordrett, work, item, sealed, raw = sys.argv[1:6]
report = Report()
folder = work + '/browser'
os.makedirs(folder)


class Page:
    """One page of a Chromium that nobody sees, over its DevTools protocol."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            ['chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--mute-audio', '--remote-debugging-port=0',
             '--remote-allow-origins=*', f'--user-data-dir={self.profile.name}', 'about:blank'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = self.profile.name + '/DevToolsActivePort'
        for _ in range(300):
            if os.path.exists(port) and open(port).read().count('\n'): break
            time.sleep(.1)
        number = open(port).read().split('\n')[0]
        import urllib.request
        targets = json.load(urllib.request.urlopen(f'http://127.0.0.1:{number}/json'))
        self.socket = websocket.create_connection(next(t for t in targets if t['type'] == 'page')['webSocketDebuggerUrl'], timeout=60)
        self.ids, self.events = itertools.count(1), []
        for domain in ('Page', 'Runtime', 'Log', 'DOM', 'Network'): self.send(domain + '.enable')

    def send(self, method, **parameters):
        number = next(self.ids)
        self.socket.send(json.dumps({'id': number, 'method': method, 'params': parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get('id') == number:
                assert 'error' not in message, message['error']
                return message['result']
            self.events.append(message)

    def run(self, script):
        result = self.send('Runtime.evaluate', expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        assert 'exceptionDetails' not in result, result['exceptionDetails'].get('exception', {}).get('description')
        return result['result'].get('value')

    def wait(self, script, seconds=20):
        end = time.time() + seconds
        while time.time() < end:
            value = self.run(script)
            if value: return value
            time.sleep(.05)
        raise AssertionError('waited in vain for ' + script)

    def open(self, address):
        self.events.clear()
        self.send('Page.navigate', url=address)
        self.wait(f'location.href === {json.dumps(address)} && document.readyState === "complete"')

    def choose(self, path):
        root = self.send('DOM.getDocument')['root']['nodeId']
        node = self.send('DOM.querySelector', nodeId=root, selector='input[type=file]')['nodeId']
        self.send('DOM.setFileInputFiles', nodeId=node, files=[path])

    def click(self, selector):
        x, y = self.run(f'(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: "center"}});'
                        ' const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()')
        for kind in ('mousePressed', 'mouseReleased'): self.send('Input.dispatchMouseEvent', type=kind, x=x, y=y, button='left', clickCount=1)

    def key(self, key, code=None, text=None):
        self.send('Input.dispatchKeyEvent', type='keyDown', key=key, code=code or key, **({'text': text} if text else {}))
        self.send('Input.dispatchKeyEvent', type='keyUp', key=key, code=code or key)

    def complaints(self):
        entries = [e['params']['entry']['text'] for e in self.events if e['method'] == 'Log.entryAdded' and e['params']['entry']['level'] == 'error']
        thrown = [str(e['params']['exceptionDetails'])[:200] for e in self.events if e['method'] == 'Runtime.exceptionThrown']
        return entries + thrown

    def requests(self): return [e['params']['request']['url'] for e in self.events if e['method'] == 'Network.requestWillBeSent']

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()


def tone(path, seconds):
    with wave.open(path, 'wb') as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(8000)
        beat = b''.join(struct.pack('<h', int(8000 * math.sin(n * math.tau * 220 / 8000))) for n in range(8000))
        for _ in range(seconds): file.writeframes(beat)


def export(source, name, *options):
    subprocess.run([ordrett, 'export', source, '--out', f'{folder}/{name}', *options], check=True, capture_output=True)
    return f'file://{folder}/{name}'


tone(folder + '/lyd.wav', 180)
page = Page()
LIT = 'Array.from(document.querySelectorAll(".turn span.now")).map(e => [e.id, Number(e.dataset.start), Number(e.dataset.end)])'


def follows():
    """A word is lit, and the lit word is the one the clock is in; then another is."""
    seen = []
    end = time.time() + 15
    while time.time() < end and len(set(seen)) < 4:
        now = page.run(f'[document.querySelector("audio").currentTime, {LIT}]')
        for name, start, stop in now[1]:
            assert start - .3 <= now[0] <= stop + .3, now
            seen.append(name)
        time.sleep(.03)
    assert len(set(seen)) >= 4, seen
    return len(set(seen))


def shareable():
    page.open(export(sealed, 'delt.html', '--format', 'html'))
    assert 'lyd' not in open(folder + '/delt.html', encoding='utf-8').read() and not page.run('document.querySelector("audio").src')
    page.choose(folder + '/lyd.wav')
    page.wait('document.querySelector("audio").readyState >= 1')
    third = page.run('Array.from(document.querySelectorAll(".turn span[id][data-start]"))[12].id')
    page.click('#' + third)
    page.wait('!document.querySelector("audio").paused')
    start = page.run(f'Number(document.getElementById("{third}").dataset.start)')
    assert abs(page.run('document.querySelector("audio").currentTime') - start) < 1.5
    lit = follows()
    page.run('document.activeElement.blur()')
    page.key(' ', 'Space', ' ')
    page.wait('document.querySelector("audio").paused')
    before = page.run('document.querySelector("audio").currentTime')
    page.key('ArrowRight')
    after = page.run('document.querySelector("audio").currentTime')
    page.key('ArrowLeft')
    back = page.run('document.querySelector("audio").currentTime')
    assert abs(after - before - 5) < .05 and abs(back - before) < .05, (before, after, back)
    page.key('+', 'Equal', '+')
    assert page.run('document.querySelector("audio").playbackRate') == 1.25
    page.key('-', 'Minus', '-')
    assert page.run('document.querySelector("audio").playbackRate') == 1
    assert not page.complaints(), page.complaints()
    # `data:` are the signs on Chromium's own player.
    assert all(u.startswith(('file:', 'blob:', 'data:image/svg')) for u in page.requests()), page.requests()
    return f'{lit} words lit in turn; click, space, arrows, speed'


def focus():
    """Times can be reached and pressed without a mouse."""
    reach = page.run('(() => { const t = document.querySelectorAll("main time")[2]; t.focus(); return document.activeElement === t && [t.getAttribute("role"), t.getAttribute("aria-label")]; })()')
    assert reach and reach[0] == 'button' and re.match(r'Spill fra \d\d:', reach[1]), reach
    page.key('Enter', 'Enter', '\r')
    page.wait('!document.querySelector("audio").paused')
    start = page.run('Number(document.querySelectorAll("main .turn")[2].dataset.start)')
    assert abs(page.run('document.querySelector("audio").currentTime') - start) < 1.5
    page.run('document.querySelector("audio").pause()')
    tree = page.send('Accessibility.getFullAXTree')['nodes']
    names = {(n.get('role', {}).get('value'), n.get('name', {}).get('value')) for n in tree}
    assert ('region', 'Avspilling') in names, [n for n in names if n[0] == 'region']
    return reach[1]


def printed(): return subprocess.run(['pdftotext', '-', '-'], input=base64.b64decode(page.send('Page.printToPDF')['data']), capture_output=True).stdout.decode()


def prints():
    text = printed()
    assert 'Transkripsjon' not in text and 'Intervjuer:' in text and 'Velg opptaket' not in text and 'Mellomrom' not in text
    return 'the talk without the player'


def without_script():
    page.send('Emulation.setScriptExecutionDisabled', value=True)
    page.send('Page.reload')
    time.sleep(1)
    text = printed()
    shot = page.send('Page.captureScreenshot')['data']
    page.send('Emulation.setScriptExecutionDisabled', value=False)
    assert 'Intervjuer:' in text and shot
    return f'{len(text.split())} words to read'


def confidential():
    page.open(export(raw, 'rå.html', '--format', 'html', '--audio', folder + '/lyd.wav').replace('å', '%C3%A5'))
    page.wait('document.querySelector("audio").readyState >= 1')
    page.click('.turn span[id][data-start]')
    lit = follows()
    assert 'FORTROLIG' in page.run('document.querySelector(".stamp").textContent')
    assert not page.complaints(), page.complaints()
    page.run('document.querySelector("audio").pause()')
    with open(work + '/page.png', 'wb') as file: file.write(base64.b64decode(page.send('Page.captureScreenshot')['data']))
    return f'plays the recording it names; {lit} words lit'


def study():
    """The study's own raw page plays the recording that lies in opptak/."""
    page.open(f'file://{work}/studie/fortrolig/{item}.fortrolig.html')
    page.wait('document.querySelector("audio").readyState >= 1')
    page.click('.turn span[id][data-start]')
    lit = follows()
    page.run('document.querySelector("audio").pause()')
    return f'{lit} words lit'


def subtitles():
    export(sealed, 'delt.vtt', '--format', 'vtt')
    with open(folder + '/spor.html', 'w', encoding='utf-8') as file:
        file.write('<!DOCTYPE html><meta charset="utf-8"><video src="lyd.wav" controls><track kind="subtitles" srclang="nb" src="delt.vtt" default></video>')
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = lambda *_: None
    http.server.SimpleHTTPRequestHandler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.open(f'http://127.0.0.1:{server.server_port}/spor.html')
    page.wait('document.querySelector("track").readyState === 2')
    cues = page.run('Array.from(document.querySelector("track").track.cues).map(c => [c.startTime, c.endTime, c.getCueAsHTML().textContent, '
                    'Array.from(c.getCueAsHTML().querySelectorAll("span")).map(s => s.title)])')
    blocks = re.findall(r'^(\d\d):(\d\d):(\d\d\.\d{3}) --> .*\n<v ([^>]*)>(.*)$', open(folder + '/delt.vtt', encoding='utf-8').read(), re.M)
    assert len(cues) == len(blocks) > 10, (len(cues), len(blocks))
    import html
    for cue, (hours, minutes, seconds, voice, text) in zip(cues, blocks):
        assert abs(cue[0] - (int(hours) * 3600 + int(minutes) * 60 + float(seconds))) < .002
        assert cue[2] == html.unescape(text) and cue[3] == [html.unescape(voice)], (cue, text)
    page.run('document.querySelector("video").play()')
    page.wait('document.querySelector("track").track.activeCues.length > 0')
    server.shutdown()
    return f'{len(cues)} cues with voices'


try:
    report.check('shareable html plays and follows', shareable)
    report.check('html by keyboard, for readers aloud', focus)
    report.check('html prints', prints)
    report.check('html without script', without_script)
    report.check('confidential html', confidential)
    report.check('raw page of a study, its recording', study)
    report.check('vtt as a track', subtitles)
finally:
    page.close()
report.end()
