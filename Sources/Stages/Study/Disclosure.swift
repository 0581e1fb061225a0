import Anonymization
import CodingStore
import Foundation
import Pipeline
import Transcript

/// What a study holds of one participant, for the participant to see (*innsyn*).
public struct Disclosure: Codable, Sendable {
    public struct Recording: Codable, Sendable {
        public var id: String
        public var date: String?
        /// Seconds of sound, when it has been measured.
        public var seconds: Double?
        /// Names of the sound files.
        public var files: [String]
        /// The sound files' names in the disclosed folder; empty when they are not given.
        public var given: [String]
        /// Others speak in it, and are not to be heard by this participant.
        public var holdsOthers: Bool
        public var turns: [Turn]
        /// The stages whose results are stored, and the day each was made.
        public var stored: [Stored]
    }

    public struct Turn: Codable, Sendable {
        /// Seconds from the start.
        public var start: Double?
        /// Nil: somebody else speaks here.
        public var text: String?
    }

    public struct Stored: Codable, Sendable, Hashable {
        public var stage: String
        public var summary: String
        public var made: String
    }

    public struct RegisterEntry: Codable, Sendable, Hashable {
        public var type: String
        public var writings: [String]
        public var code: String
    }

    public struct Coding: Codable, Sendable, Hashable {
        public var recording: String
        public var code: String
        public var definition: String
        public var text: String
        public var coder: String
        public var when: String
    }

    public var format = 1
    public var study: String
    public var date: String
    public var code: String
    public var label: String?
    public var role: String?
    public var attributes: [String: String]
    public var consent: Consent?
    /// What the study says it keeps until when.
    public var retention: [String: String]
    public var recordings: [Recording]
    public var register: [RegisterEntry]
    /// Nil: there is no register to look in.
    public var hasRegister: Bool
    public var codings: [Coding]
}

/// Gathers a disclosure. Others' turns are left out: they are others' data.
struct DisclosureMaker {
    let root: URL
    let study: Study
    let store: ArtefactStore
    let register: KeyRegister?

    /// - Parameter names: the person's names, to find the register's entries by.
    func disclosure(of code: String, names: [String], date: String) throws -> Disclosure {
        let file = study.file, person = file.participants.first { $0.code == code }
        let ids: [String]
        if person != nil { ids = file.recordings.filter { $0.participants.contains(code) }.map(\.id) } else {
            guard Set(study.everything.map(\.id) + store.items()).contains(code) else {
                throw RequestFault("'\(code)' is neither a participant nor a recording of this study")
            }
            ids = [code]
        }
        var result = Disclosure(
            study: file.title, date: date, code: code, label: person?.label, role: person?.role.rawValue, attributes: person?.attributes ?? [:],
            consent: file.consents[code], retention: Dictionary(uniqueKeysWithValues: file.retention.dates.map { ($0.key.rawValue, $0.value) }),
            recordings: [], register: [], hasRegister: register != nil, codings: [])
        for id in ids { result.recordings.append(recording(id, code, person)) }
        if let register {
            result.register = register.people(named: names).map { place in
                let entry = register.entries[place]
                return .init(type: entry.type.rawValue, writings: [entry.key] + entry.aliases, code: entry.code)
            }
        }
        result.codings = try ids.flatMap { try codings($0, code) }
        return result
    }

    private func isOwn(_ speaker: Speaker, _ code: String, _ person: StudyFile.Participant?) -> Bool {
        if let participant = speaker.participant { return participant == code }
        // A recording that lists nobody: all but those who ask.
        return person == nil && speaker.role != .interviewer && speaker.role != .moderator
    }

    private func recording(_ id: String, _ code: String, _ person: StudyFile.Participant?) -> Disclosure.Recording {
        let entry = study.file.recordings.first { $0.id == id }
        let raw = ["bokmal", "prosody", "align", "words"].lazy.compactMap { stage in
            store.latest(item: id, stage: stage).flatMap { try? Transcript(decoding: $0.data) }
        }.first
        let own = Set((raw?.speakers ?? []).filter { isOwn($0, code, person) }.map(\.id))
        let others = (entry?.participants ?? []).filter { other in
            other != code && study.file.participants.contains { $0.code == other && ($0.role == .participant || $0.role == .other) }
        }
        var turns: [Disclosure.Turn] = []
        for turn in raw?.turns ?? [] {
            let start = turn.range.flatMap { range in raw.map { $0.recording.rate.seconds(range.start) } }
            guard own.contains(turn.speaker) else {
                if turns.last.map({ $0.text != nil }) ?? true { turns.append(.init(start: start, text: nil)) }
                continue
            }
            turns.append(.init(start: start, text: turn.words.map { $0.lead + $0.text + $0.trail }.joined(separator: " ")))
        }
        let stored = ordrettStages.ids.compactMap { stage -> Disclosure.Stored? in
            guard let record = store.records(item: id, stage: stage).first else { return nil }
            return .init(
                stage: stage, summary: Self.summaries[stage] ?? stage,
                made: String(Date(timeIntervalSince1970: record.finished).ISO8601Format().prefix(10)))
        }
        let files = study.everything.first { $0.id == id }?.files["recording"] ?? []
        return .init(
            id: id, date: entry?.date ?? raw?.recording.recordedAt, seconds: raw?.recording.seconds, files: files.map(\.lastPathComponent), given: [],
            holdsOthers: !others.isEmpty, turns: turns, stored: stored)
    }

    /// What each stage holds, for somebody who knows nothing of stages.
    private static let summaries = [
        "ingest": "opptakets format, lengde og lydstyrke", "vad": "når det er tale", "speakers": "hvem som snakker når", "voices": "hvordan stemmen lyder, for å kjenne den igjen i opptaket",
        "roles": "hvem som spør og hvem som svarer", "words": "ordene slik de ble skrevet ned", "align": "når hvert ord ble sagt", "contours": "tonehøyde og lydstyrke",
        "prosody": "pauser, trykk og latter", "detect": "hvor i teksten navn, steder og tall står", "bokmal": "ordene på bokmål",
        "anonymize": "teksten med koder for navn og steder", "audit": "kontrollen av anonymiseringen", "store": "teksten i kodedatabasen",
        "export": "filer for Word og analyseprogram", "figures": "bilder av og tall for samtalen",
    ]

    private func codings(_ id: String, _ code: String) throws -> [Disclosure.Coding] {
        let url = root.appendingPathComponent(Study.storeName)
        guard FileManager.default.fileExists(atPath: url.path) else { return [] }
        let source = store.latest(item: id, stage: "store").flatMap { try? StoreReceipt(decoding: $0.data).source } ?? id
        let coding = try CodingStore(url), names = Dictionary(try coding.codes().compactMap { code in code.id.map { ($0, code) } }, uniquingKeysWith: { a, _ in a })
        let all = try coding.codings(), units = try coding.units(), isListed = study.file.participants.contains { $0.code == code }
        let coders = Dictionary(try coding.coders().compactMap { coder in coder.id.map { ($0, coder.name) } }, uniquingKeysWith: { a, _ in a })
        return try coding.versions(of: source).flatMap { version -> [Disclosure.Coding] in
            guard let document = try? AnonymizedTranscript(decoding: version.document).document else { return [] }
            let own = Set(document.speakers.filter { speaker in
                if let participant = speaker.participant { return participant == code }
                return !isListed && speaker.role != .interviewer && speaker.role != .moderator
            }.map(\.id))
            let words = document.turns.flatMap { turn in turn.words.map { (word: $0, isOwn: own.contains(turn.speaker)) } }
            let placed = try coding.sourceText(ofVersion: version.id ?? 0)
            let within = Dictionary(units.filter { $0.versionId == version.id }.compactMap { unit in unit.id.map { ($0, unit) } }, uniquingKeysWith: { a, _ in a })
            return all.compactMap { coding in
                guard let unit = within[coding.unitId] else { return nil }
                let touched = placed.words[placed.words(in: unit.start..<unit.end)]
                guard let from = touched.first?.id, let to = touched.last?.id, let first = words.firstIndex(where: { $0.word.id == from }),
                    let last = words.firstIndex(where: { $0.word.id == to }), first <= last
                else { return nil }
                let stretch = words[first...last].filter(\.isOwn)
                guard !stretch.isEmpty else { return nil }
                return .init(
                    recording: id, code: names[coding.codeId]?.name ?? "", definition: names[coding.codeId]?.definition ?? "",
                    text: stretch.map { $0.word.lead + $0.word.text + $0.word.trail }.joined(separator: " "), coder: coders[coding.coderId] ?? "", when: coding.createdAt)
            }
        }
    }
}
