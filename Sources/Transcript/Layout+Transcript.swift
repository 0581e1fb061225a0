import Signal

/// Writes a transcript out in a study's notation.
public struct TranscriptLayout: Sendable {
    public var notation: NotationTable
    public var options: LayoutOptions
    /// Writes a backslash before whatever a word holds that ``NotationReader`` would take for a sign (`\xxx`, `\#`). Off for people's
    /// eyes; ``NotationReader/lookalikes(in:view:)`` names the words that need it.
    public var escapesLookalikes = false

    public init(notation: NotationTable, options: LayoutOptions = LayoutOptions()) {
        self.notation = notation
        self.options = options
    }

    /// Lays the whole document out. The same transcript, table and options give the same result.
    ///
    /// A turn without words or marks is kept as an empty paragraph, for typing; a turn whose every word the table
    /// drops is left out.
    public func layOut(_ transcript: Transcript) -> LaidOutTranscript {
        let names = SpeakerNames(transcript.speakers)
        let inserted = inlineBackchannels(transcript.turns)
        var paragraphs: [LaidOutTranscript.Paragraph] = []
        for turn in transcript.turns {
            if turn.isBackchannel && (notation.backchannels.placement == .dropped || options.view.isCleaned) { continue }
            if inserted.placed.contains(turn.id) { continue }
            let writer = TurnWriter(layout: self, names: names, rate: transcript.recording.rate, language: transcript.language)
            let runs = writer.runs(of: turn, backchannels: inserted.byHost[turn.id] ?? [])
            if runs.isEmpty && !turn.elements.isEmpty { continue }
            let speaker = transcript.speaker(turn.speaker)
            paragraphs.append(
                .init(
                    turnID: turn.id, number: paragraphs.count + 1,
                    time: turn.range.map { transcript.recording.rate.seconds($0.start) }, range: turn.range,
                    speakerID: turn.speaker, role: speaker?.role, speakerLabel: speaker?.label ?? turn.speaker,
                    citation: speaker.flatMap { citation(of: $0, in: transcript.recording) }, runs: runs))
        }
        return LaidOutTranscript(
            title: options.title ?? transcript.recording.id, header: header(of: transcript), paragraphs: paragraphs,
            options: options, plainEmphasis: notation.emphasis.plainText, rate: transcript.recording.rate)
    }

    private func citation(of speaker: Speaker, in recording: RecordingReference) -> String? {
        guard let style = options.citation else { return nil }
        let role = speaker.participant.flatMap { options.roleNames[$0] }
        let citation = style.citation(of: speaker, in: recording, role: role)
        // A citation with holes in it cites nobody: the label, until the study says the date, role or code.
        return citation.missing.isEmpty ? citation.text : "(\(speaker.label))"
    }

    /// Backchannel turns that go inside the turn before them (another speaker's), in order.
    func inlineBackchannels(_ turns: [Turn]) -> (byHost: [Int: [Turn]], placed: Set<Int>) {
        var byHost: [Int: [Turn]] = [:], placed: Set<Int> = []
        guard notation.backchannels.placement == .inline, !options.view.isCleaned else { return (byHost, placed) }
        var host: Turn?
        for turn in turns {
            guard turn.isBackchannel else {
                host = turn
                continue
            }
            if let host, host.speaker != turn.speaker, !host.elements.isEmpty, !turn.elements.isEmpty {
                byHost[host.id, default: []].append(turn)
                placed.insert(turn.id)
            }
        }
        return (byHost, placed)
    }

    private func header(of transcript: Transcript) -> [LaidOutTranscript.HeaderRow] {
        let english = options.language == .english
        func row(_ kind: LaidOutTranscript.HeaderRow.Kind, _ bokmal: String, _ name: String, _ value: String) -> LaidOutTranscript.HeaderRow {
            .init(kind: kind, name: english ? name : bokmal, value: value)
        }
        var rows = [row(.recording, "Opptak", "Recording", transcript.recording.id)]
        if let date = transcript.recording.recordedAt { rows.append(row(.date, "Dato", "Date", String(date.prefix(10)))) }
        rows.append(row(.duration, "Varighet", "Duration", transcript.recording.seconds.clock))
        if !transcript.speakers.isEmpty {
            rows.append(row(.speakers, "Talere", "Speakers", transcript.speakers.map(\.label).joined(separator: ", ")))
        }
        rows.append(row(.notation, "Notasjon", "Notation", notation.name))
        rows.append(row(.view, "Visning", "View", options.view.name(in: options.language)))
        let cited = transcript.speakers.filter { $0.role != .interviewer && $0.role != .moderator }
            .compactMap { citation(of: $0, in: transcript.recording) }
        if !cited.isEmpty { rows.append(row(.citation, "Siteres", "Cited as", cited.joined(separator: "; "))) }
        return rows
    }
}

/// Speaker labels, whole and shortened (`Intervjuer` → `I`, `Informant 4` → `I4`); whole where two would be the same.
struct SpeakerNames {
    private var short: [String: String] = [:]

    init(_ speakers: [Speaker]) {
        var owners: [String: Int] = [:]
        for speaker in speakers { owners[Self.shortened(speaker.label), default: 0] += 1 }
        for speaker in speakers {
            let name = Self.shortened(speaker.label)
            short[speaker.id] = owners[name] == 1 ? name : speaker.label
        }
    }

    func short(_ id: String) -> String { short[id] ?? id }

    static func shortened(_ label: String) -> String {
        guard label.count > 3 else { return label }
        return label.split(separator: " ").reduce(into: "") { text, part in
            text += part.first?.isNumber == true ? String(part) : part.prefix(1).uppercased()
        }
    }
}
