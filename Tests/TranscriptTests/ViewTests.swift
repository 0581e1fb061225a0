import Signal
import Testing
import Transcript

@Suite("Views")
struct ViewTests {
    private let table = (try? NotationTable.named("helse"))!

    /// Words of a line: `-` at the end for cut off, `~` before for a filler, `|` for a pause.
    private func turn(_ line: String) -> Turn {
        var id = 0
        return Turn(
            id: 1, speaker: "S1",
            elements: line.split(separator: " ").map { piece in
                if piece == "|" { return .mark(Mark(kind: .pause, source: .measured, evidence: ["duration_s": 0.4])) }
                id += 1
                var text = piece, trail = ""
                let filler = text.first == "~"
                if filler { text = text.dropFirst() }
                while let last = text.last, ",.?!".contains(last) {
                    trail = String(last) + trail
                    text = text.dropLast()
                }
                let cut = text.last == "-"
                if cut { text = text.dropLast() }
                return .word(Word(id: id, text: String(text), trail: trail, isCutOff: cut, isFiller: filler))
            })
    }

    private func transcript(_ turns: [Turn]) -> Transcript {
        Transcript(
            recording: RecordingReference(id: "P07", digest: "", rate: .analysis, length: 16_000, channels: 1),
            speakers: [Speaker(id: "S1", label: "Informant 4", role: .participant)], turns: turns)
    }

    private func view(_ line: String, _ view: TranscriptView = .cleaned) -> ViewedTranscript {
        ViewedTranscript(transcript([turn(line)]), view: view, notation: table)
    }

    private func page(_ turn: Turn, _ view: TranscriptView) -> String {
        let layout = TranscriptLayout(notation: table, options: LayoutOptions(view: view)).layOut(transcript([turn]))
        return layout.paragraphs.first.map(layout.plainText) ?? ""
    }

    @Test(
        "stumbles go",
        arguments: [
            ("jeg jeg vet", "jeg vet"), ("og så og så kom", "og så kom"), ("det er det er fint", "det er fint"), ("jeg, jeg vet", "jeg vet"),
            ("at at at han", "at han"), ("og så og så og så kom", "og så kom"), ("ord- ord", "ord"), ("så my- så mytji", "så mytji"),
            ("jeg har van- jeg har vanligvis", "jeg har vanligvis"), ("psyk- psyk- psykisk", "psykisk"), ("han psyk- veldig sliten", "han veldig sliten"),
            ("~eh jeg ~øh vet", "jeg vet"), ("jeg ~eh jeg vet", "jeg vet"), ("det ~eh det er", "det er"), ("på | på mandag", "på mandag"),
            ("å å gå", "å gå"), ("når vi når vi kom", "når vi kom"), ("æ æ veit", "æ veit"), ("jeg var- ~eh jeg er", "jeg er"),
            // A clause begun twice, with one word that carries it.
            ("de sa de sa at vi", "de sa at vi"), ("så ringte jeg, så ringte jeg legen", "så ringte jeg legen"), ("man må jo, man må jo leve", "man må jo leve"),
            ("vente i, i tre uker", "vente i tre uker"),
        ])
    func stumbles(line: String, expected: String) { #expect(view(line).words.map(\.text).joined(separator: " ") == expected) }

    @Test(
        "what means something stays",
        arguments: [
            "veldig veldig fint", "ja ja", "nei nei", "lenge lenge siden", "aldri aldri mer", "sju sju åtte", "22 22 33 44", "Kari Kari", "jo jo", "men men",
            "det er det det handler om", "hun hun snakket med", "være med på på mandag", "slik det var var det", "år etter år etter år", "igjen og igjen og igjen",
            "det går, det går", "han løp og han løp og kom", "jeg vet det jeg vet det", "kom igjen kom igjen da", "det, det vet jeg", "bit for bit for bit",
            "ikke ikke", "mange mange", "stor stor mann", "mer og mer og mer", "jeg vet ikke jeg vet ikke", "så så", "det vet jeg. jeg vet", "han sa nei. nei",
        ])
    func meaning(line: String) { #expect(view(line).leftOut.isEmpty, "\(view(line).words.map(\.text))") }

    @Test("each left-out word has its reason, and a repeated one what stands for it")
    func reasons() {
        let viewed = view("~eh jeg jeg så my- så mytji")
        #expect(viewed.leftOut.map(\.wordID) == [1, 2, 4, 5])
        #expect(viewed.leftOut.map(\.reason) == [.filler, .repetition, .falseStart, .cutOff])
        #expect(viewed.leftOut.map(\.saidAgainAs) == [nil, 3, 6, nil])
        #expect(view("at at at").leftOut.map(\.saidAgainAs) == [3, 3])
    }

    @Test("a listener's token goes; an answer of one hearing sign stays")
    func listening() {
        var listener = turn("~mm")
        #expect(ViewedTranscript(transcript([listener]), view: .cleaned, notation: table).words.map(\.text) == ["mm"])
        listener.isBackchannel = true
        #expect(ViewedTranscript(transcript([listener]), view: .cleaned, notation: table).leftOut.map(\.reason) == [.backchannel])
        #expect(view("~eh").words.isEmpty)
    }

    @Test("the written view: capitals, full stops, no marks; a turn that breaks off trails off")
    func written() {
        #expect(page(turn("~eh det er | fint. ja, kanskje,"), .written) == "Det er fint. Ja, kanskje.")
        #expect(page(turn("jeg vet ik-"), .written) == "Jeg vet…")
        var marked = turn("ja")
        marked.elements += [
            .mark(Mark(kind: .laughter, source: .draft, text: "(ler)")), .mark(Mark(kind: .unclear, source: .draft)),
            .mark(Mark(kind: .trailingOff, source: .draft, text: "…")),
        ]
        #expect(page(marked, .written) == "Ja (…)")
        #expect(page(marked, .cleaned) == "ja (ler) [uhørbart]…")
        #expect(page(turn("hva?"), .written) == "Hva?")
        // A hesitation takes the commas that set it off; a comma of the sentence stays.
        #expect(page(turn("jeg, ~eh, vet at, ~eh, det"), .written) == "Jeg vet at det.")
        #expect(page(turn("det gjør jeg, ~eh, men nei"), .written) == "Det gjør jeg, men nei.")
        #expect(page(turn("hvis jeg kan, kan jeg, kan jeg få"), .written) == "Hvis jeg kan, kan jeg få.")
        #expect(page(turn("jeg, ~eh, vet"), .verbatim).contains("jeg,"))
    }

    @Test("each word of a view traces to a word and its time, and every other word has a reason", arguments: 0..<200 as Range<UInt64>)
    func traces(seed: UInt64) throws {
        var random = RandomTranscripts(seed: seed)
        let transcript = random.transcript()
        let table = try NotationTable.named(NotationTable.shipped[Int(seed) % NotationTable.shipped.count])
        let words = Dictionary(uniqueKeysWithValues: transcript.turns.flatMap { turn in turn.words.map { ($0.id, (word: $0, turn: turn)) } })
        let order = transcript.turns.flatMap { $0.words.map(\.id) }
        for view in TranscriptView.allCases {
            let viewed = ViewedTranscript(transcript, view: view, notation: table)
            let shown = viewed.words.map(\.wordID), left = viewed.leftOut.map(\.wordID)
            #expect(Set(shown).union(left) == Set(order) && Set(shown).isDisjoint(with: left))
            #expect(shown.reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } } == order.filter(Set(shown).contains), "in order")
            for trace in viewed.words {
                let source = try #require(words[trace.wordID])
                #expect(source.turn.id == trace.turnID)
                #expect(trace.range == source.word.range ?? source.turn.range)
                #expect((view == .bokmal || view == .written ? source.word.bokmal : source.word.text).contains(trace.text))
            }
            for item in viewed.leftOut { if let again = item.saidAgainAs { #expect(shown.contains(again) || left.contains(again)) } }
            // The document shows the same words, in turns that are not written inside others.
            let page = TranscriptLayout(notation: table, options: LayoutOptions(view: view)).layOut(transcript)
            var laid: [Int] = []
            for run in page.paragraphs.flatMap(\.runs) { if let id = run.wordID, laid.last != id { laid.append(id) } }
            let turns = Set(page.paragraphs.map(\.turnID))
            #expect(laid == order.filter { Set(shown).contains($0) && turns.contains(words[$0]!.turn.id) })
            if view == .written {
                for paragraph in page.paragraphs where !paragraph.runs.isEmpty {
                    #expect(paragraph.text.last.map { ".?!…»\"”)".contains($0) } ?? false, "seed \(seed): \(paragraph.text)")
                    #expect(!paragraph.runs.contains { ![.plain, .mark].contains($0.style) || $0.style == .mark && !["…", "(…)"].contains($0.text) })
                }
            }
        }
    }
}
