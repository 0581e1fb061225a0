import Crypto
import Foundation
import Transcript

/// The page's player: sound, and the words that follow it.
///
/// A shareable page neither holds nor names a recording, since a voice identifies: it asks for one on the reader's own machine
/// and keeps it there. A confidential page may name the study's recording. Without its script the page is a transcript to read.
struct HTMLPlayer {
    private let renderer: Renderer

    init(_ renderer: Renderer) { self.renderer = renderer }

    private func say(_ bokmal: String, _ english: String) -> String { renderer.say(bokmal, english) }

    var markup: String {
        var html = "<footer class=\"player\" role=\"region\" hidden=\"hidden\" aria-label=\"\(say("Avspilling", "Playback"))\" data-play=\"\(say("Spill fra", "Play from"))\">\n"
        if let audio = renderer.audio {
            html += "<audio controls=\"controls\" preload=\"metadata\" src=\"\(audio.escaped)\"></audio>\n"
        } else {
            html += "<audio controls=\"controls\" hidden=\"hidden\"></audio>\n"
        }
        html += "<label class=\"choose\">\(say("Velg opptaket på egen maskin", "Choose the recording on your machine")) "
        html += "<input type=\"file\" accept=\"audio/*,video/*\"/></label>\n"
        html += "<label>\(say("Fart", "Speed")) <select>"
        for speed in ["0.5", "0.75", "1", "1.25", "1.5", "2"] {
            html += "<option value=\"\(speed)\"\(speed == "1" ? " selected=\"selected\"" : "")>\(speed.replacing(".", with: say(",", ".")))×</option>"
        }
        html += "</select></label>\n"
        html += "<label><input type=\"checkbox\" checked=\"checked\"/> \(say("følg teksten", "follow the text"))</label>\n"
        html += "<p class=\"keys\">\(say("Mellomrom: spill og stopp. ← →: 5 sekunder. − +: fart. Klikk på et ord for å høre det.", "Space: play and pause. ← →: 5 seconds. − +: speed. Click a word to hear it."))</p>\n"
        html += "<p class=\"trouble\" role=\"status\" data-text=\"\(say("Nettleseren kan ikke spille opptaket. Velg en fil den kan spille, for eksempel WAV, FLAC eller MP3.", "The browser cannot play the recording. Choose a file that it can play, such as WAV, FLAC or MP3."))\"></p>\n"
        return html + "</footer>\n<script>\(Self.script)</script>\n"
    }

    /// How a content security policy names an inline script or style (CSP level 3): SHA-256 of what stands between the tags.
    static func digest(_ text: String) -> String { "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString() }

    static let style = """
        body { padding-bottom: 9rem; }
        .player { position: fixed; left: 0; right: 0; bottom: 0; display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; padding: .5rem 1rem; background: #f2f2f2; border-top: 1px solid #767676; font-size: .9rem; }
        .player[hidden], .player [hidden] { display: none; }
        .player audio { flex: 1 1 18rem; height: 2.5rem; } .player p { margin: 0; } .player .keys { flex-basis: 100%; color: #595959; } .player .trouble { color: #b00020; }
        .playable [data-start] { cursor: pointer; } .turn.now { background: #f4f4f4; } .turn .now { background: #ffdf70; color: #000; }
        .playable time:focus-visible { outline: .15rem solid; }
        @media (prefers-color-scheme: dark) { .player { background: #262626; } .player .keys { color: #b5b5b5; } .player .trouble { color: #ff8a95; } .turn.now { background: #242424; } }
        @media print { .player { display: none; } body { padding-bottom: 0; } .turn.now, .turn .now { background: none; color: inherit; } }

        """

    /// Holds neither `<` nor `&`, so that the page stays XML but for its document type and empty elements.
    static let script = """

        (function () {
        'use strict';
        var player = document.querySelector('.player'), audio = player.querySelector('audio');
        var choose = player.querySelector('input[type=file]'), speed = player.querySelector('select');
        var follow = player.querySelector('input[type=checkbox]'), trouble = player.querySelector('.trouble');
        function timed(selector) {
          return Array.from(document.querySelectorAll(selector)).map(function (node) {
            return { node: node, start: Number(node.dataset.start), end: Number(node.dataset.end) };
          }).sort(function (a, b) { return a.start - b.start; });
        }
        var words = timed('.turn span[id][data-start]'), turns = timed('.turn[data-start]');
        var longest = [words, turns].map(function (list) { return list.reduce(function (most, item) { return Math.max(most, item.end - item.start); }, 0); });
        var lit = [], url = null, shown = null;
        // Every item that lasts at a time: from the last that has begun, back as far as the longest could reach.
        function at(list, reach, time) {
          var low = 0, high = list.length, found = [];
          while (high > low) {
            var middle = Math.floor((low + high) / 2);
            if (list[middle].start > time) { high = middle; } else { low = middle + 1; }
          }
          for (var index = low - 1; index >= 0; index -= 1) {
            if (time - list[index].start > reach) { break; }
            if (list[index].end > time) { found.push(list[index].node); }
          }
          return found;
        }
        function update() {
          var time = audio.currentTime, now = [];
          if (!audio.paused || time > 0) { now = at(words, longest[0], time).concat(at(turns, longest[1], time)); }
          lit.forEach(function (node) { if (!now.includes(node)) { node.classList.remove('now'); } });
          now.forEach(function (node) { node.classList.add('now'); });
          lit = now;
          var first = now[0] || null;
          if (first === null || first === shown) { return; }
          shown = first;
          if (!follow.checked || audio.paused) { return; }
          var box = first.getBoundingClientRect(), room = player.getBoundingClientRect().top;
          if (0 > box.top || box.bottom > room) { first.scrollIntoView({ block: 'center' }); }
        }
        function tick() {
          update();
          if (!audio.paused) { window.requestAnimationFrame(tick); }
        }
        function seek(time, play) {
          if (!audio.currentSrc) { choose.focus(); return; }
          audio.currentTime = Math.max(0, time);
          if (play) { start(); }
          update();
        }
        function start() {
          var promise = audio.play();
          if (promise) { promise.catch(function () {}); }
        }
        function faster(step) {
          var index = Math.min(speed.options.length - 1, Math.max(0, speed.selectedIndex + step));
          speed.selectedIndex = index;
          audio.playbackRate = Number(speed.value);
        }
        audio.addEventListener('play', tick);
        ['timeupdate', 'seeked', 'pause'].forEach(function (name) { audio.addEventListener(name, update); });
        audio.addEventListener('error', function () { if (audio.getAttribute('src')) { trouble.textContent = trouble.dataset.text; } });
        audio.addEventListener('loadedmetadata', function () { trouble.textContent = ''; audio.playbackRate = Number(speed.value); });
        choose.addEventListener('change', function () {
          if (!choose.files.length) { return; }
          if (url) { URL.revokeObjectURL(url); }
          url = URL.createObjectURL(choose.files[0]);
          audio.hidden = false;
          audio.src = url;
        });
        speed.addEventListener('change', function () { audio.playbackRate = Number(speed.value); });
        function play(event) {
          var node = event.target.closest('span[id][data-start], span.mark[data-start]') || event.target.closest('time');
          if (!node) { return false; }
          if (node.tagName === 'TIME') { node = node.closest('[data-start]'); }
          if (!node) { return false; }
          seek(Number(node.dataset.start), true);
          return true;
        }
        var main = document.querySelector('main');
        main.addEventListener('click', function (event) { if (String(window.getSelection()) === '') { play(event); } });
        main.querySelectorAll('.turn[data-start] > time').forEach(function (node) {
          node.tabIndex = 0;
          node.setAttribute('role', 'button');
          node.setAttribute('aria-label', player.dataset.play + ' ' + node.textContent.slice(1, -1));
        });
        document.addEventListener('keydown', function (event) {
          if (event.ctrlKey || event.metaKey || event.altKey) { return; }
          if (event.target.closest('input, select, button, audio, a')) { return; }
          var key = event.key;
          if (event.target.tagName === 'TIME') {
            if (key === 'Enter' || key === ' ') { play(event); event.preventDefault(); return; }
          }
          if (key === ' ') {
            if (!audio.currentSrc) { choose.focus(); } else if (audio.paused) { start(); } else { audio.pause(); }
          } else if (key === 'ArrowLeft') { seek(audio.currentTime - 5, false); } else if (key === 'ArrowRight') { seek(audio.currentTime + 5, false);
          } else if (key === '-' || key === '−') { faster(-1); } else if (key === '+') { faster(1); } else { return; }
          event.preventDefault();
        });
        document.body.classList.add('playable');
        player.hidden = false;
        }());

        """
}
