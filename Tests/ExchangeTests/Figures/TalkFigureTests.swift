import Foundation
import Signal
import Testing
import Transcript

@testable import Exchange

@Suite("Figures of a talk") struct TalkFigureTests {
    private func contours(seconds: Double, seed: UInt64 = 1) -> SoundContours {
        var dice = Dice(seed)
        let count = Int(seconds * 100)
        return SoundContours(
            hop: 160, rate: .analysis, level: (0..<count).map { _ in -60 + Float(dice.roll(160)) / 4 },
            pitch: (0..<count).map { _ in dice.chance(40) ? .nan : 217 + Float(dice.roll(60)) })
    }

    @Test("bars stand where the turns are") func positions() throws {
        let talk = sample()
        let data = ShareableFigure.render(anonymized(talk), options: FigureOptions(rowSeconds: 100)).data
        let nodes = try #require(XMLReader.read(data))
        let bars = nodes.filter { $0.name == "rect" && $0.title?.contains("replikk") == true }
        // Words from 1 s to 2.5 s, from 3.5 s to 9.3 s and from 3661 s to 3661.3 s; a row is 100 s on 1000 pixels from 132.
        #expect(bars.map { $0.attributes["class"] } == ["b0", "b1", "b0"])
        let expected = [(132 + 10.0, 15.0), (132 + 35.0, 58.0), (132 + 610.0, 3.0)]
        for (bar, place) in zip(bars, expected) {
            #expect(abs(bar.number("x") - place.0) < 0.06 && abs(bar.number("width") - place.1) < 0.06)
        }
        #expect(bars[0].title == "00:00:01–00:00:02 Intervjuer: replikk, 1,50 s")
        // The third stands 36 rows further down, in the same lane.
        let grid = FigureGrid(duration: 3700, lanes: 2, hasCurves: false, rowSeconds: 100)
        #expect(abs(bars[2].number("y") - bars[0].number("y") - 36 * grid.rowHeight) < 0.06)
        #expect(abs(bars[1].number("y") - bars[0].number("y") - FigureGrid.lane) < 0.06)
    }

    @Test("every turn is drawn over its whole length, however rows cut it", arguments: 0..<15 as Range<UInt64>) func wholeLength(seed: UInt64) throws {
        let talk = randomTalk(seed), row = 7.0
        let nodes = try #require(XMLReader.read(ShareableFigure.render(anonymized(talk), options: FigureOptions(rowSeconds: row)).data))
        var drawn: [String: Double] = [:]
        for node in nodes where node.name == "rect" && node.title?.contains("replikk") == true { drawn[node.attributes["class"]!, default: 0] += node.number("width") }
        for (index, speaker) in TalkStatistics(transcript: talk).speakers.enumerated() {
            // Each piece is rounded to a tenth of a pixel and is at least 0.6 wide.
            #expect(abs((drawn["b\(index)"] ?? 0) - speaker.talkTime * 1000 / row) < 0.7 * Double(speaker.turns * 3))
        }
        #expect(nodes.allSatisfy { node in node.name != "rect" || node.attributes["x"] == nil || node.number("x") + node.number("width") <= 1156.1 })
    }

    @Test("a figure holds no word of the talk", arguments: 0..<25 as Range<UInt64>) func noWords(seed: UInt64) throws {
        let talk = randomTalk(seed), sound = contours(seconds: talk.recording.seconds)
        for options in [FigureOptions(), FigureOptions(language: .english, showsWeakEmphasis: true)] {
            let files = [
                ShareableFigure.render(anonymized(talk), contours: sound, options: options).data,
                ShareableFigure.renderPauses(anonymized(talk), options: options).data,
                ConfidentialFigure.render(talk, contours: sound, options: options).data, ConfidentialFigure.renderPauses(talk, options: options).data,
            ]
            for data in files {
                #expect(XMLReader.read(data) != nil)
                #expect(!String(decoding: data, as: UTF8.self).contains("hemmelig"))
            }
        }
    }

    @Test("a shareable figure knows no hertz: any pitch and any level draw the same") func noHertz() throws {
        let talk = randomTalk(5), low = contours(seconds: talk.recording.seconds)
        // An octave up and 8 dB down: exact in floating point, so that the drawings must be the same to the byte.
        let high = SoundContours(hop: 160, rate: .analysis, level: low.level.map { $0 - 8 }, pitch: low.pitch.map { $0 * 2 })
        let one = ShareableFigure.render(anonymized(talk), contours: low).data, other = ShareableFigure.render(anonymized(talk), contours: high).data
        #expect(one == other)
        let text = String(decoding: one, as: UTF8.self)
        #expect(!text.contains("Hz") && !text.contains("dBFS") && !text.contains("hertz") && text.contains("halvtoner"))
        let closed = ConfidentialFigure.render(talk, contours: low).data
        #expect(closed != ConfidentialFigure.render(talk, contours: high).data)
        #expect(String(decoding: closed, as: UTF8.self).contains("Hz"))
    }

    @Test("raw figures are stamped, shared ones are not") func stamps() {
        let raw = ConfidentialFigure.render(sample()), shared = ShareableFigure.render(anonymized(sample()))
        #expect(raw.name == "P07.fortrolig.forlop.svg" && shared.name == "P07.forlop.svg")
        #expect(ShareableFigure.renderPauses(anonymized(sample())).name == "P07.pauser.svg")
        for (data, isRaw) in [(raw.data, true), (shared.data, false), (ConfidentialFigure.renderPauses(sample()).data, true)] {
            #expect(String(decoding: data, as: UTF8.self).contains("FORTROLIG") == isRaw)
        }
        #expect(String(decoding: shared.data, as: UTF8.self).contains("avidentifisert"))
        #expect(shared == ShareableFigure.render(anonymized(sample())))
    }

    @Test("any label makes a well-formed drawing with a name and a description") func labels() throws {
        for nasty in nastyTexts {
            let talk = sample(label: nasty)
            for data in [
                ShareableFigure.render(anonymized(talk), contours: contours(seconds: 20), options: FigureOptions(title: nasty)).data,
                ShareableFigure.renderPauses(anonymized(talk), options: FigureOptions(title: nasty)).data,
            ] {
                let nodes = try #require(XMLReader.read(data))
                #expect(nodes[0].attributes["role"] == "img" && nodes[0].title?.isEmpty == false)
                #expect(nodes.contains { $0.name == "desc" && !$0.text.isEmpty })
                #expect(!nodes.contains { ["script", "image", "foreignObject"].contains($0.name) })
            }
        }
    }

    @Test("a long interview stays small, whatever its length rows are few") func size() throws {
        var talk = randomTalk(9, turns: 1500)
        #expect(talk.recording.seconds > 40 * 60)
        talk.recording.length = max(talk.recording.length, 95 * 60_000)
        let file = ShareableFigure.render(anonymized(talk), contours: contours(seconds: talk.recording.seconds))
        #expect(file.data.count < 1_500_000)
        for minutes in [0.0, 0.5, 2, 9, 45, 95, 240, 600] {
            let grid = FigureGrid(duration: minutes * 60, lanes: 2, hasCurves: true)
            #expect(grid.rows <= 24 && Double(grid.rows) * grid.rowSeconds >= minutes * 60)
        }
    }

    @Test("what has no time is left out, with a note; nothing at all still makes a drawing") func untimed() throws {
        var talk = sample()
        talk.turns[0].range = nil
        talk.turns[0].elements = [.word(Word(id: 1, text: "Hei"))]
        #expect(ShareableFigure.render(anonymized(talk)).notes == ["1 replikker og merker mangler tid og er ikke i figuren"])
        let empty = Transcript(recording: RecordingReference(id: "x", digest: "", rate: .analysis, length: 0, channels: 1))
        for data in [ShareableFigure.render(anonymized(empty)).data, ShareableFigure.renderPauses(anonymized(empty)).data,
            ShareableFigure.render(anonymized(empty), contours: contours(seconds: 3)).data] {
            #expect(XMLReader.read(data) != nil)
        }
    }

    @Test("relative path data come back to the absolute points") func pathData() throws {
        var dice = Dice(4), path = SVGPath(), points: [(Int, Int)] = []
        for index in 0..<300 {
            let point = (dice.roll(9000) - 2000, dice.roll(9000) - 2000)
            points.append(point)
            if index % 50 == 0 { path.move(Double(point.0) / 10, Double(point.1) / 10) } else { path.line(Double(point.0) / 10, Double(point.1) / 10) }
        }
        // Read as the SVG grammar says: a number ends at a space, a minus sign, or a second point.
        var read: [(Double, Double)] = [], numbers: [Double] = [], command: Character = "M", token = "", at = (0.0, 0.0)
        func flush() {
            if !token.isEmpty { numbers.append(Double(token)!); token = "" }
        }
        func finish() {
            flush()
            switch (command, numbers.count) {
            case ("M", 2): at = (numbers[0], numbers[1])
            case ("l", 2): at = (at.0 + numbers[0], at.1 + numbers[1])
            case ("h", 1): at.0 += numbers[0]
            case ("v", 1): at.1 += numbers[0]
            default: return
            }
            read.append(at)
            numbers = []
        }
        for character in path.data {
            if "Mlhv".contains(character) {
                finish()
                command = character
            } else if character == " " {
                flush()
            } else {
                if character == "-" || (character == "." && token.contains(".")) { flush() }
                token.append(character)
            }
        }
        finish()
        #expect(read.count == points.count)
        for (a, b) in zip(read, points) { #expect(abs(a.0 - Double(b.0) / 10) < 1e-6 && abs(a.1 - Double(b.1) / 10) < 1e-6) }
    }
}
