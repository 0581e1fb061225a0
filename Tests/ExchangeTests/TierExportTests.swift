import Foundation
import Recognition
import Signal
import Testing
import Transcript

@testable import Exchange

@Suite("Praat and ELAN")
struct TierExportTests {
    private let table = (try? NotationTable.named("helse"))!

    private func text(_ format: ExportFormat, _ transcript: Transcript, view: TranscriptView = .verbatim) throws -> String {
        String(decoding: try ShareableExport.render(anonymized(transcript), format: format, notation: table, layout: LayoutOptions(view: view)).data, as: UTF8.self)
    }

    /// Three pauses and a stretch of loud talk in the sample.
    private var marked: Transcript {
        var made = sample()
        made.turns[1].elements.insert(
            .mark(Mark(kind: .pause, source: .measured, range: SampleRange(48_000, 56_000), label: "latency", evidence: ["duration_s": 0.5])), at: 0)
        made.turns[1].elements.insert(.mark(Mark(kind: .toneOfVoice, source: .measured, label: "loud", until: 8)), at: 5)
        made.turns[1].elements.append(.mark(Mark(kind: .pause, source: .measured, range: SampleRange(150_000, 160_000))))
        return made
    }

    /// A TextGrid's tiers, read line by line as the long format has them.
    private struct Grid {
        var end = 0.0
        var tiers: [(name: String, intervals: [(Double, Double, String)])] = []

        init(_ text: String) throws {
            var inTier = false, start = 0.0, stop = 0.0
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                guard parts.count == 2 else {
                    if parts.first?.hasPrefix("item [") == true, parts[0] != "item []:" { inTier = true }
                    continue
                }
                switch parts[0] {
                case "xmax" where !inTier: end = try #require(Double(parts[1]))
                case "name": tiers.append((String(parts[1].dropFirst().dropLast()), []))
                case "xmin": start = try #require(Double(parts[1]))
                case "xmax": stop = try #require(Double(parts[1]))
                case "text": tiers[tiers.count - 1].intervals.append((start, stop, String(parts[1].dropFirst().dropLast())))
                default: break
                }
            }
        }
    }

    @Test("TextGrid tiers cover the recording without gap or overlap", arguments: HardTranscript.allCases)
    func contiguous(_ hard: HardTranscript) throws {
        let grid = try Grid(try text(.textGrid, hard.transcript))
        #expect(!grid.tiers.isEmpty && grid.end > 0)
        #expect(Set(grid.tiers.map(\.name)).count == grid.tiers.count)
        for tier in grid.tiers {
            #expect(tier.intervals.first?.0 == 0 && tier.intervals.last?.1 == grid.end, "\(tier.name)")
            for (one, next) in zip(tier.intervals, tier.intervals.dropFirst()) { #expect(one.1 == next.0) }
            for interval in tier.intervals { #expect(interval.1 > interval.0) }
        }
    }

    @Test("tiers hold turns, words, pauses, prominence and marks of each speaker, at their times")
    func content() throws {
        let grid = try Grid(try text(.textGrid, marked))
        #expect(
            grid.tiers.map(\.name) == [
                "Intervjuer", "Intervjuer - ord", "Intervjuer - betoning", "Intervjuer - betoningsstyrke", "Informant 4", "Informant 4 - ord",
                "Informant 4 - pauser", "Informant 4 - betoning", "Informant 4 - betoningsstyrke", "Informant 4 - kommentarer",
            ])
        func said(_ name: String) -> [String] { grid.tiers.first { $0.name == name }?.intervals.filter { !$0.2.isEmpty }.map { "\($0.0)-\($0.1) \($0.2)" } ?? [] }
        #expect(said("Intervjuer - ord") == ["1.0-1.3 Hvordan", "1.4-1.7 går", "1.8-2.1 det", "2.2-2.5 her", "3661.0-3661.3 Takk"])
        #expect(said("Intervjuer - betoning") == ["1.8-2.1 2"])
        #expect(said("Intervjuer - betoningsstyrke") == ["1.8-2.1 2.00"])
        #expect(said("Informant 4 - pauser") == ["3.0-3.5 latency", "9.375-10.0 inside"])
        // From `går` at 6.4 s to `bra` at 7 s… the mark stands before `det` at 6 s.
        #expect(said("Informant 4 - kommentarer").first?.hasSuffix("toneOfVoice: loud") == true)
        #expect(said("Intervjuer").first == "1.0-3.0 Hvordan går *det* her?")
    }

    @Test("our own readers get words, times and speakers back", arguments: [ExportFormat.textGrid, .eaf])
    func roundTrip(format: ExportFormat) throws {
        let source = marked
        let draft = try Draft(data: Data(try text(format, source).utf8), name: "a." + format.fileExtension)
        let read = try draft.transcript(recording: source.recording)
        #expect(read.speakers.map(\.label) == ["Intervjuer", "Informant 4"])
        #expect(read.turns.map { $0.words.map(\.text) } == source.turns.map { $0.words.map(\.text) })
        #expect(draft.pieces.map { $0.start ?? -1 } == [1, 3.125, 3661])
        // Words come with the times they left with, to the file's own fineness.
        let times = draft.pieces.flatMap(\.times).compactMap { $0?.start }
        // The reader takes them where the turn's text is the words alone, without marks.
        let expected = [source.turns[0], source.turns[2]].flatMap(\.words).compactMap { $0.range.map { Double($0.start) / 16_000 } }
        #expect(times.count >= expected.count)
        for time in expected { #expect(times.contains { abs($0 - time) < 0.002 }, "\(time)") }
    }

    @Test("talk over talk keeps its tiers apart; what cannot stand is said")
    func overlap() throws {
        let grid = try Grid(try text(.textGrid, HardTranscript.overlapping.transcript))
        let first = try #require(grid.tiers.first { $0.name == "Intervjuer" }), second = try #require(grid.tiers.first { $0.name == "Informant 4" })
        #expect(first.intervals.contains { $0.0 < 2 && $0.1 > 1 && !$0.2.isEmpty } && second.intervals.contains { $0 == (1, 2, "mm") })
        let file = try ShareableExport.render(anonymized(HardTranscript.untimed.transcript), format: .eaf, notation: table)
        #expect(file.notes == ["3 replikker mangler tid og er utelatt"])
    }

    @Test("ELAN: references and times are right", arguments: HardTranscript.allCases)
    func references(_ hard: HardTranscript) throws {
        let made = try text(.eaf, hard.transcript)
        func all(_ pattern: Regex<(Substring, Substring)>) -> [String] { made.matches(of: pattern).map { String($0.output.1) } }
        let ids = all(/ANNOTATION_ID="(a\d+)"/), slots = all(/TIME_SLOT_ID="(ts\d+)"/), times = all(/TIME_VALUE="(\d+)"/).compactMap { Int($0) }
        #expect(Set(ids).count == ids.count && Set(slots).count == slots.count)
        #expect(Set(all(/TIME_SLOT_REF[12]="(ts\d+)"/)) == Set(slots))
        #expect(times == times.sorted())
        #expect(made.contains("AUTHOR=\"\"") && !made.contains("MEDIA_URL"))
        // Words lie inside their turns: what Included_In demands.
        let turns = Tiers(Renderer(transcript: hard.transcript, status: .deidentified, policy: nil, notation: table, options: LayoutOptions(view: .verbatim)), ticksPerSecond: 1000)
        for speaker in turns.speakers {
            for word in speaker.words {
                let turn = speaker.turns[word.turn]
                #expect(word.interval.start >= turn.start && word.interval.end <= turn.end && word.interval.end > word.interval.start)
            }
            for (one, next) in zip(speaker.words, speaker.words.dropFirst()) { #expect(one.interval.end <= next.interval.start) }
        }
    }

    private static let schema = "../shared/data/eaf/EAFv3.0.xsd"
    private static let canValidate = FileManager.default.fileExists(atPath: schema) && FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint")

    @Test("ELAN's own schema accepts it", .enabled(if: canValidate), arguments: HardTranscript.allCases)
    func validates(_ hard: HardTranscript) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("ordrett-test-\(hard.rawValue)-\(getpid()).eaf")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(try text(.eaf, hard.transcript).utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xmllint")
        process.arguments = ["--noout", "--nonet", "--schema", Self.schema, file.path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("marks say what they are: a listener's word, a typed comment, a kind of voice")
    func marks() throws {
        var source = sample()
        let range = SampleRange(20_000, 24_000)
        source.turns[0].elements += [
            .mark(Mark(kind: .backchannel, source: .draft, range: range, text: "mm", label: "S2")),
            .mark(Mark(kind: .comment, source: .draft, range: SampleRange(25_000, 26_000), text: "(peker)")),
            .mark(Mark(kind: .intonation, source: .measured, range: SampleRange(27_000, 28_000), label: "rising")),
            .mark(Mark(kind: .breath, source: .measured, range: SampleRange(29_000, 30_000))),
        ]
        let grid = try Grid(try text(.textGrid, source))
        #expect(grid.tiers.first { $0.name == "Intervjuer - kommentarer" }?.intervals.map(\.2).filter { !$0.isEmpty } == ["backchannel: mm", "comment: (peker)", "intonation: rising", "breath"])
    }

    @Test("headings in English name the tiers in English, and our reader still knows them")
    func english() throws {
        let file = try ShareableExport.render(anonymized(marked), format: .eaf, notation: table, layout: LayoutOptions(view: .verbatim, language: .english))
        #expect(String(decoding: file.data, as: UTF8.self).contains("TIER_ID=\"Informant 4 - prominence strength\""))
        #expect(try Draft(data: file.data, name: "a.eaf").transcript(recording: marked.recording).speakers.map(\.label) == ["Intervjuer", "Informant 4"])
    }

    @Test("the stamp of a raw TextGrid is no talk")
    func stamp() throws {
        let file = try ConfidentialExport.render(sample(), format: .textGrid, notation: table)
        #expect(try Grid(String(decoding: file.data, as: UTF8.self)).tiers.last?.name == "FORTROLIG – inneholder personopplysninger")
        #expect(try Draft(data: file.data, name: "a.TextGrid").transcript(recording: sample().recording).speakers.count == 2)
    }

    @Test("a confidential ELAN file may name the recording")
    func media() throws {
        let file = try ConfidentialExport.render(sample(), format: .eaf, notation: table, audio: AudioReference(relativePath: "../opptak/P 07.wav"))
        #expect(String(decoding: file.data, as: UTF8.self).contains("RELATIVE_MEDIA_URL=\"../opptak/P%2007.wav\""))
    }
}
