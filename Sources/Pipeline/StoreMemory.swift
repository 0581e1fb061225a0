import Foundation
import Synchronization

/// What was found in the store before, and how the files that it was found in looked then: a record whose files look the same
/// need not be read, opened and checked again.
///
/// It holds ids of items and names of files, and is sealed; without a key it is not kept from run to run. Whoever erases
/// something from the store erases this, too.
final class StoreMemory: Sendable {
    static let fileName = "planned"
    private static let place = "planned"

    struct Known: Sendable {
        /// Without its components.
        var record: RunRecord
        var mark: FileMark
        var noted: Int64
        /// Of the artefact that was read and had the record's digest; nil while it was not.
        var artefact: (mark: FileMark, noted: Int64)?
    }

    struct Newest: Sendable {
        var mark: FileMark
        var noted: Int64
        var key: String
    }

    private struct Content {
        /// By place of the record.
        var known: [String: Known] = [:]
        /// By folder of a stage's records.
        var newest: [String: Newest] = [:]
        var texts: [String: String] = [:]
        /// Texts asked for or made since it was opened.
        var used: Set<String> = []
        var isChanged = false
    }

    private let content: Mutex<Content>
    private let file: URL
    private let sealing: (any SealerSource)?

    init(folders: OutputFolders, sealing: (any SealerSource)?) {
        file = folders.cache.appendingPathComponent(Self.fileName)
        self.sealing = sealing
        var found = Content()
        // In the open it would show names.
        if sealing != nil, let lines = MemoryFile.read(file, sealing: sealing, place: Self.place) {
            for fields in lines { Self.take(fields, &found) }
        }
        content = Mutex(found)
    }

    /// The record, when its file looks as it did.
    func record(_ place: String, _ mark: FileMark) -> RunRecord? {
        content.withLock { content in
            guard let known = content.known[place], known.mark == mark, mark.isSettled(by: known.noted) else { return nil }
            return known.record
        }
    }

    func note(_ record: RunRecord, _ place: String, _ mark: FileMark, noted: Int64) {
        var lean = record
        lean.components = [:]
        content.withLock { content in
            let same = content.known[place].flatMap { $0.record.output == record.output ? $0.artefact : nil }
            content.known[place] = Known(record: lean, mark: mark, noted: noted, artefact: same)
            content.isChanged = true
        }
    }

    /// Whether the artefact was read, had the digest `output`, and looks as it did then.
    func isVerified(_ place: String, output: String, _ mark: FileMark) -> Bool {
        content.withLock { content in
            guard let known = content.known[place], known.record.output == output, let artefact = known.artefact else { return false }
            return artefact.mark == mark && mark.isSettled(by: artefact.noted)
        }
    }

    func noteVerified(_ place: String, output: String, _ mark: FileMark, noted: Int64) {
        content.withLock { content in
            guard content.known[place]?.record.output == output else { return }
            content.known[place]?.artefact = (mark, noted)
            content.isChanged = true
        }
    }

    /// The key of the newest record in a folder that looks as it did.
    func newest(_ folder: String, _ mark: FileMark) -> String? {
        content.withLock { content in
            guard let newest = content.newest[folder], newest.mark == mark, mark.isSettled(by: newest.noted) else { return nil }
            return newest.key
        }
    }

    func noteNewest(_ key: String, _ folder: String, _ mark: FileMark, noted: Int64) {
        content.withLock { content in
            content.newest[folder] = Newest(mark: mark, noted: noted, key: key)
            content.isChanged = true
        }
    }

    /// A short text that follows from what `key` stands for, such as figures taken from results with these digests.
    func text(_ key: String) -> String? {
        content.withLock { content in
            content.used.insert(key)
            return content.texts[key]
        }
    }

    func note(text: String, _ key: String) {
        content.withLock { content in
            // Old ones are of results that are no longer the newest.
            if content.texts.count > 5_000 { content.texts = content.texts.filter { content.used.contains($0.key) } }
            content.texts[key] = text
            content.used.insert(key)
            content.isChanged = true
        }
    }

    func save() {
        guard let sealing, let lines = content.withLock({ content -> [[String]]? in
            guard content.isChanged else { return nil }
            content.isChanged = false
            return Self.lines(content)
        }) else { return }
        _ = MemoryFile.write(lines, to: file, sealing: sealing, place: Self.place)
    }

    static func erase(_ folders: OutputFolders) { try? SafeFile.erase(folders.cache.appendingPathComponent(fileName)) }
}

// MARK: Lines

extension StoreMemory {
    private static func lines(_ content: Content) -> [[String]] {
        var lines: [[String]] = []
        for (place, known) in content.known.sorted(by: { $0.key < $1.key }) {
            let record = known.record
            var fields = ["record", place] + known.mark.fields + [String(known.noted)]
            fields += known.artefact.map { $0.mark.fields + [String($0.noted)] } ?? ["", "", "", "", ""]
            fields += [
                record.key, record.stage, record.item, record.output, record.sensitivity.rawValue, String(record.seconds), String(record.finished),
                record.stateFile ?? "", record.stateFingerprint ?? "", record.held ?? "",
            ]
            for product in record.products { fields += [product.place.rawValue, product.name, product.digest] }
            lines.append(fields)
        }
        for (folder, newest) in content.newest.sorted(by: { $0.key < $1.key }) {
            lines.append(["newest", folder] + newest.mark.fields + [String(newest.noted), newest.key])
        }
        for (key, text) in content.texts.sorted(by: { $0.key < $1.key }) { lines.append(["text", key, text]) }
        return lines
    }

    private static func take(_ fields: [String], _ content: inout Content) {
        func text(_ index: Int) -> String? { fields[index].isEmpty ? nil : fields[index] }
        switch fields.first {
        case "record" where fields.count >= 22 && (fields.count - 22) % 3 == 0:
            guard let mark = FileMark(fields: fields[2...]), let noted = Int64(fields[6]), let sensitivity = Sensitivity(rawValue: fields[16]),
                let seconds = Double(fields[17]), let finished = Double(fields[18])
            else { return }
            var products: [Product] = []
            for index in stride(from: 22, to: fields.count, by: 3) {
                guard let place = OutputFolders.Place(rawValue: fields[index]) else { return }
                products.append(Product(place: place, name: fields[index + 1], digest: fields[index + 2]))
            }
            let record = RunRecord(
                key: fields[12], stage: fields[13], item: fields[14], components: [:], output: fields[15], sensitivity: sensitivity,
                products: products, stateFile: text(19), stateFingerprint: text(20), held: text(21), seconds: seconds, finished: finished)
            var known = Known(record: record, mark: mark, noted: noted)
            if let mark = FileMark(fields: fields[7...]), let noted = Int64(fields[11]) { known.artefact = (mark, noted) }
            content.known[fields[1]] = known
        case "newest" where fields.count == 8:
            guard let mark = FileMark(fields: fields[2...]), let noted = Int64(fields[6]) else { return }
            content.newest[fields[1]] = Newest(mark: mark, noted: noted, key: fields[7])
        case "text" where fields.count == 3: content.texts[fields[1]] = fields[2]
        default: break
        }
    }
}
