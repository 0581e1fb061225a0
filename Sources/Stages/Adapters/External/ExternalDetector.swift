import Anonymization
import Foundation
import Pipeline
import Signal
import Transcript

/// Another program that finds what could identify somebody: any that reads text and writes brat's standoff, CoNLL or JSON.
struct ExternalDetector: Sendable {
    static let placeholders = ["{text}", "{json}", "{result}"]
    let command: ExternalCommand
    let labels: SpanLabels

    /// - Parameter labels: what the program's labels mean, as `LABEL=type`, beside those that are known.
    /// - Throws: ``StageFault`` when the program is not there or the command cannot work.
    init(command: [String], labels: [String], timeout: Double, base: URL) throws {
        self.command = try ExternalCommand("external detector", command: command, timeout: timeout, base: base, placeholders: Self.placeholders, needs: nil)
        self.labels = try SpanLabels(labels)
    }

    /// - Throws: ``StageFault`` that says what the program did wrong; never words of the talk.
    func spans(_ transcript: Transcript, complaints: URL?, progress: Signal.Progress) throws -> [GivenSpan] {
        let text = TurnText(transcript)
        guard !text.lines.isEmpty else { return [] }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let plain = folder.url.appendingPathComponent("talk.txt"), json = folder.url.appendingPathComponent("talk.json")
        let result = folder.url.appendingPathComponent("result")
        let data = Data(text.text.utf8)
        var job = ExternalCommand.Job(
            values: ["{text}": plain.path, "{json}": json.path, "{result}": result.path], result: result, writes: "brat's standoff, CoNLL or JSON",
            complaints: complaints)
        if command.asks(for: "{text}") { try SafeFile.write(data, to: plain, confidential: true) }
        if command.asks(for: "{json}") { try SafeFile.write(TurnText.json(transcript), to: json, confidential: true) }
        if !command.asks(for: "{text}"), !command.asks(for: "{json}") { job.input = data }
        let spans = try command.run(job, in: folder.url, poll: { try progress(0.05) }) { data in
            try SpanReader(text, labels: labels, fault: command.fault).spans(in: command.text(data, of: "brat's standoff, CoNLL or JSON"))
        }
        try progress(0.5)
        return spans
    }
}

/// What labels of other programs mean.
struct SpanLabels: Sendable {
    private static let known: [String: EntityType] = [
        "per": .person, "person": .person, "pers": .person, "name": .person, "navn": .person, "patient": .person, "loc": .place, "location": .place,
        "gpe": .place, "gpe_loc": .place, "gpe_org": .place, "place": .place, "city": .place, "fac": .place, "facility": .place, "org": .organisation,
        "organization": .organisation, "organisation": .organisation, "corp": .organisation, "hospital": .healthUnit, "date": .date, "time": .date,
        "date_time": .date, "datetime": .date, "age": .age, "phone": .phone, "phone_number": .phone, "email": .email, "email_address": .email, "url": .url,
        "address": .address, "street": .address, "postcode": .postcode, "zip": .postcode, "id": .nationalID, "ssn": .nationalID, "nrp": .ethnicity,
        "norp": .ethnicity, "profession": .jobTitle, "occupation": .jobTitle, "job": .jobTitle, "misc": .other, "other": .other, "evt": .other, "event": .other,
        "prod": .other, "product": .other, "drv": .other, "iban_code": .iban, "credit_card": .card,
    ]
    private var types: [String: EntityType] = known

    /// - Parameter own: `LABEL=type`.
    /// - Throws: ``StageFault`` for what is not so.
    init(_ own: [String]) throws {
        for type in EntityType.allCases { types[type.rawValue.lowercased()] = type }
        for entry in own {
            let parts = entry.split(separator: "=", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, let type = EntityType(rawValue: parts[1]) else {
                throw StageFault("detect.labels needs entries such as LABEL=person; the types are \(EntityType.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            types[parts[0].lowercased()] = type
        }
    }

    /// Nil for a label that nobody knows.
    subscript(label: some StringProtocol) -> EntityType? { types[label.lowercased()] }
}

/// Reads the spans that a program found in a text.
struct SpanReader {
    private let text: TurnText
    private let scalars: [Unicode.Scalar]
    private let labels: SpanLabels
    private let fault: (String) -> StageFault

    init(_ text: TurnText, labels: SpanLabels, fault: @escaping (String) -> StageFault) {
        self.text = text
        self.labels = labels
        self.fault = fault
        scalars = Array(text.text.unicodeScalars)
    }

    /// brat's lines begin with T and a number; JSON with a bracket; anything else is CoNLL. Nothing at all is an answer, too.
    func spans(in result: String) throws -> [GivenSpan] {
        let first = result.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
        guard let first else { return [] }
        if first.first == "{" || first.first == "[" { return try json(result) }
        if first.wholeMatch(of: #/[TRAEMN#*][0-9]*\t.*/#) != nil { return try brat(result) }
        return try conll(result)
    }

    /// Source: brat's manual, *brat standoff format*: `T1⇥LABEL 0 4⇥text`, code points, ends exclusive, pieces parted by `;`.
    private func brat(_ result: String) throws -> [GivenSpan] {
        var found: [GivenSpan] = []
        for (index, line) in result.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() where line.hasPrefix("T") {
            let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            let head = fields.count > 1 ? fields[1].split(separator: " ", maxSplits: 1) : []
            guard fields.count == 3, head.count == 2 else { throw fault("wrote a line \(index + 1) that is not brat's: T1, a tab, label, start and end, a tab, the text") }
            var pieces: [String] = []
            for piece in head[1].split(separator: ";") {
                let ends = piece.split(separator: " ").map { Int($0) }
                guard ends.count == 2, let start = ends[0], let end = ends[1] else { throw fault("wrote a line \(index + 1) whose places are no numbers") }
                let range = try range(start, end, "line \(index + 1)")
                pieces.append(string(range))
                found.append(contentsOf: try spans(head[0], range, score: nil, "line \(index + 1)"))
            }
            // Places counted in bytes or in UTF-16 would mask other words than those that were found.
            guard flat(pieces.joined(separator: " ")) == flat(String(fields[2])) else {
                throw fault("wrote a line \(index + 1) whose places do not hold the text it gives; places are counted in Unicode code points from 0")
            }
        }
        return found
    }

    /// A list of objects, alone or under `entities`, `spans` or `results`, or an object a line, with `start`, `end` and `label`.
    private func json(_ result: String) throws -> [GivenSpan] {
        var items: [Any] = []
        if let whole = try? JSONSerialization.jsonObject(with: Data(result.utf8)) {
            let object = whole as? [String: Any]
            items = whole as? [Any] ?? (object?["entities"] ?? object?["spans"] ?? object?["results"]) as? [Any] ?? [whole]
        } else {
            for (index, line) in result.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() where !line.allSatisfy(\.isWhitespace) {
                guard let item = try? JSONSerialization.jsonObject(with: Data(line.utf8)) else { throw fault("wrote a line \(index + 1) that is not JSON") }
                items.append(item)
            }
        }
        return try items.enumerated().flatMap { index, item -> [GivenSpan] in
            let span = item as? [String: Any], place = "item \(index + 1)"
            let label = (span?["label"] ?? span?["type"] ?? span?["entity_type"] ?? span?["entity_group"]) as? String
            guard let span, let label, let start = Self.place(span["start"]), let end = Self.place(span["end"]) else {
                throw fault("wrote JSON whose \(place) has not start, end and label")
            }
            let range = try range(start, end, place)
            if let given = (span["text"] ?? span["word"]) as? String, span["text"] != nil, flat(given) != flat(string(range)) {
                throw fault("wrote JSON whose \(place) does not hold the text it gives; places are counted in Unicode code points from 0")
            }
            return try spans(label[...], range, score: (span["score"] as? NSNumber)?.doubleValue, place)
        }
    }

    /// A whole number that a text can have places of.
    private static func place(_ value: Any?) -> Int? {
        guard let number = (value as? NSNumber)?.doubleValue, abs(number) < 1e12, number == number.rounded() else { return nil }
        return Int(number)
    }

    /// A token a line with its tag (BIO, BIOES) in the last column, an empty line after each line of the text. The tokens are found in
    /// the text in order, whatever spaces are between them.
    private func conll(_ result: String) throws -> [GivenSpan] {
        var found: [GivenSpan] = [], at = 0, open: (label: Substring, range: Range<Int>)?
        func close(_ place: String) throws {
            if let span = open { found += try spans(span.label, span.range, score: nil, place) }
            open = nil
        }
        for (index, line) in result.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let place = "line \(index + 1)", fields = line.split(whereSeparator: \.isWhitespace)
            if fields.isEmpty || line.hasPrefix("#") || line.hasPrefix("-DOCSTART-") {
                try close(place)
                continue
            }
            guard fields.count >= 2, let tag = fields.last else { throw fault("wrote a \(place) that is not a token and its tag") }
            // In CoNLL-U the token stands second, after its number.
            let token = Array((fields.count >= 4 && Int(fields[0]) != nil ? fields[1] : fields[0]).unicodeScalars)
            while at < scalars.count, scalars[at].properties.isWhitespace { at += 1 }
            guard at + token.count <= scalars.count, scalars[at..<at + token.count].elementsEqual(token) else {
                throw fault("wrote a \(place) whose token is not what comes there in the text; it must give all tokens in their order")
            }
            let range = at..<at + token.count
            at += token.count
            guard tag != "O", tag != "_" else {
                try close(place)
                continue
            }
            let parts = tag.split(separator: "-", maxSplits: 1)
            guard parts.count == 2, ["B", "I", "E", "L", "S", "U"].contains(parts[0]) else { throw fault("wrote a \(place) whose tag is neither O nor B- or I- and a label") }
            if let span = open, span.label == parts[1], ["I", "E", "L"].contains(parts[0]) {
                open = (span.label, span.range.lowerBound..<range.upperBound)
            } else {
                try close(place)
                open = (parts[1], range)
            }
        }
        try close("the last line")
        guard !scalars[min(at, scalars.count)...].contains(where: { !$0.properties.isWhitespace }) else {
            throw fault("breaks off before the end of the text; it must give all tokens")
        }
        return found
    }

    // MARK: -

    private func range(_ start: Int, _ end: Int, _ place: String) throws -> Range<Int> {
        guard start >= 0, end > start, end <= text.length else { throw fault("gives a place that the text does not have (\(place)); places are counted in Unicode code points from 0") }
        return start..<end
    }

    private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    private func flat(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ").precomposedStringWithCanonicalMapping }

    /// A span as words; one that runs over turns as one in each.
    private func spans(_ label: Substring, _ range: Range<Int>, score: Double?, _ place: String) throws -> [GivenSpan] {
        guard let type = labels[label] else {
            throw fault("gives a label that is not known (\(place)); say what it means in detect.labels, as LABEL=type, with a type of \(EntityType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let belief = score.map { $0.isFinite ? min(1, max(0.5, $0)) : 0.8 } ?? 0.8
        return text.lines.compactMap { line in
            guard line.range.overlaps(range) else { return nil }
            let words = line.words.filter { $0.range.overlaps(range) }
            guard !words.isEmpty else { return nil }
            return GivenSpan(turn: line.turn, wordIDs: words.map(\.id), type: type, score: belief)
        }
    }
}
