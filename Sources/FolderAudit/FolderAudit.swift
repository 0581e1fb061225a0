import Anonymization
import Foundation

/// Looks through files of any origin for what identifies somebody: the check before sharing.
///
/// Texts, tables, documents, web pages, archives and what lies in them; what programs, cameras and recorders write beside the text;
/// comments, deleted and hidden text; names of files and folders. What it cannot read it says.
public struct FolderAudit: Sendable {
    public struct Options: Sendable {
        /// Findings under this belief are left out, 0 … 1.
        public var minimumScore = 0.3
        /// Bytes above which a file is not read.
        public var largestFile = 256 << 20
        /// Bytes that all archives together may unpack to, and one part of one.
        public var unpackLimit = 512 << 20
        public var partLimit = 64 << 20
        /// Archives in archives.
        public var depth = 4

        public init() {}
    }

    /// A finding with the words, for the terminal alone.
    public struct Shown: Sendable {
        public var finding: FolderAuditReport.Finding
        public var text: String
    }

    public let options: Options
    private let detector: Detector
    private let policy: Policy?
    private let names: RegisteredNames?
    private let pdf: (@Sendable (Data) throws -> PDFText)?

    /// - Parameters:
    ///   - policy: what is kept on purpose; quasi-identifiers of kept types are no findings.
    ///   - register: whose names are looked for beside what identifies in general.
    ///   - pdf: reads PDF; nil when no program for it is there.
    public init(options: Options = Options(), policy: Policy? = nil, register: KeyRegister? = nil, pdf: (@Sendable (Data) throws -> PDFText)? = nil) {
        self.options = options
        self.policy = policy
        self.pdf = pdf
        let detector = Detector(options: policy?.detectorOptions() ?? .init())
        self.detector = detector
        names = register.map { RegisteredNames($0, detector: detector) }
    }

    /// - Parameters:
    ///   - paths: files and folders.
    ///   - show: gets every finding with its words; nil to keep them out of memory.
    ///   - progress: share of the bytes done; may throw to stop.
    /// - Throws: what `progress` throws, and for a path that is not there.
    public func audit(
        _ paths: [String], show: ((Shown) -> Void)? = nil, progress: (Double) throws -> Void = { _ in }
    ) throws -> FolderAuditReport {
        var work: [(url: URL, name: String)] = [], report = FolderAuditReport(usedRegister: names != nil, policy: policy?.name)
        var seenFolders: Set<String> = []
        for path in paths {
            let url = URL(fileURLWithPath: path).standardizedFileURL
            collect(url, url.lastPathComponent, &work, &report, &seenFolders, show)
        }
        work.sort { $0.name < $1.name }
        let sizes = work.map { ((try? FileManager.default.attributesOfItem(atPath: $0.url.path))?[.size] as? NSNumber)?.intValue ?? 0 }
        let total = Double(max(1, sizes.reduce(0) { $0 + $1 + 10_000 }))
        let reader = FileReader(pdf: pdf, budget: UnpackBudget(bytes: options.unpackLimit, entryLimit: options.partLimit, depth: options.depth))
        var done = 0.0
        for (index, file) in work.enumerated() {
            try progress(done / total)
            one(file, size: sizes[index], reader, &report, show)
            done += Double(sizes[index] + 10_000)
        }
        return report
    }

    private func collect(
        _ url: URL, _ name: String, _ work: inout [(url: URL, name: String)], _ report: inout FolderAuditReport, _ seen: inout Set<String>,
        _ show: ((Shown) -> Void)?
    ) {
        var info = stat()
        guard lstat(url.path, &info) == 0 else {
            report.files.append(.init(file: name, kind: .unknown, state: .unreadable, reason: .notThere, findings: 0))
            return
        }
        switch info.st_mode & S_IFMT {
        case S_IFDIR:
            guard seen.insert("\(info.st_dev) \(info.st_ino)").inserted else { return }
            self.name(url.lastPathComponent, of: name + "/", &report, show)
            guard let inside = try? FileManager.default.contentsOfDirectory(atPath: url.path) else {
                report.files.append(.init(file: name + "/", kind: .unknown, state: .unreadable, reason: .closedFolder, findings: 0))
                return
            }
            for child in inside.sorted() { collect(url.appendingPathComponent(child), name + "/" + child, &work, &report, &seen, show) }
        case S_IFREG: work.append((url, name))
        default: report.files.append(.init(file: name, kind: .unknown, state: .notChecked, reason: .link, findings: 0))
        }
    }

    private func one(_ file: (url: URL, name: String), size: Int, _ reader: FileReader, _ report: inout FolderAuditReport, _ show: ((Shown) -> Void)?) {
        name(file.url.lastPathComponent, of: file.name, &report, show)
        guard size <= options.largestFile else {
            var content = FileContent()
            // Recordings are long: that they are there is what matters.
            let isSound = (try? FileHandle(forReadingFrom: file.url).read(upToCount: 4_096)).flatMap { $0 }.map { FileKind.of($0, name: file.name, archive: nil) == .sound } ?? false
            if isSound { SoundReader.read(Data(), path: file.url.path, into: &content) }
            let before = report.findings.count
            take(content, file.name, &report, show)
            report.files.append(.init(
                file: file.name, kind: isSound ? .sound : .unknown, state: isSound ? .checked : .notChecked,
                reason: isSound ? nil : .larger(options.largestFile), findings: report.findings.count - before))
            return
        }
        guard let data = FileManager.default.contents(atPath: file.url.path) else {
            report.files.append(.init(file: file.name, kind: .unknown, state: .unreadable, reason: .closedFile, findings: 0))
            return
        }
        read(data, file.name, path: file.url.path, depth: 1, reader, &report, show)
    }

    private func read(
        _ data: Data, _ name: String, path: String?, depth: Int, _ reader: FileReader, _ report: inout FolderAuditReport, _ show: ((Shown) -> Void)?
    ) {
        let before = report.findings.count, place = report.files.count
        do {
            let (kind, content) = try reader.read(data, name: name, path: path, depth: depth)
            let gap = content.notices.first { $0.code == .notChecked && $0.place.isEmpty }
            let isUnread = gap != nil && content.texts.isEmpty
            report.files.append(.init(file: name, kind: kind, state: isUnread ? .notChecked : .checked, reason: isUnread ? gap?.reason : nil, findings: 0))
            take(content, name, &report, show)
            for folder in content.folders { self.name(folder, of: name + " > " + folder + "/", &report, show) }
            for inner in content.inner {
                let whole = name + " > " + inner.name
                // Office numbers what it packs; only other names are somebody's.
                let own = kind == .archive || kind == .project ? inner.name : String(inner.name.split(separator: "/").last ?? "")
                if !Self.isNumbered(own) { self.name(own, of: whole, &report, show) }
                read(inner.data, whole, path: nil, depth: depth + 1, reader, &report, show)
            }
        } catch {
            report.files.append(.init(file: name, kind: .unknown, state: .unreadable, reason: error.reason, findings: 0))
        }
        report.files[place].findings = report.findings.count - before
    }

    /// `image1.png`, `thumbnail.jpeg`, `oleObject2.bin`, `Microsoft_Excel_Sheet1.xlsx`, `100000000000.png`: a program's name for a part.
    private static func isNumbered(_ name: String) -> Bool {
        name.wholeMatch(of: /(?i)(image|media|thumbnail|oleObject|video|audio|hdphoto|slide|picture|Microsoft_[a-z0-9_]+|[0-9a-f]{16,})[0-9]*(\.[a-z0-9]{1,5})?/) != nil
    }

    /// What is behind the name's letters: `Intervju_Kari-Nordmann.docx`.
    private func name(_ name: String, of file: String, _ report: inout FolderAuditReport, _ show: ((Shown) -> Void)?) {
        let words = name.split(separator: "/").map { part in
            var stem = String(part)
            if let dot = stem.lastIndex(of: "."), stem.distance(from: dot, to: stem.endIndex) <= 6 { stem = String(stem[..<dot]) }
            return stem.replacing("_", with: " ").replacing("-", with: " ").replacing(".", with: " ")
                .replacing(/([a-zæøå])([A-ZÆØÅ0-9])/) { "\($0.1) \($0.2)" }
        }.joined(separator: ", ")
        look(FoundText("name", words, .name), file, &report, show)
        // Recorders and people write digits together: `01017012345.wav`.
        if words != name { look(FoundText("name", name, .name), file, &report, show, onlyDirect: true) }
    }

    private func take(_ content: FileContent, _ file: String, _ report: inout FolderAuditReport, _ show: ((Shown) -> Void)?) {
        for notice in content.notices {
            if notice.code.isGap {
                if !notice.place.isEmpty { report.gaps.append(.init(file: file, place: notice.place, reason: notice.reason ?? .unknownPart)) }
            } else {
                let finding = FolderAuditReport.Finding(file: file, place: notice.place, origin: .metadata, type: nil, rule: "file." + notice.code.rawValue, score: 1)
                report.findings.append(finding)
                show?(Shown(finding: finding, text: ""))
            }
        }
        for text in content.texts { look(text, file, &report, show) }
    }

    private func look(
        _ text: FoundText, _ file: String, _ report: inout FolderAuditReport, _ show: ((Shown) -> Void)?, onlyDirect: Bool = false
    ) {
        let scalars = Array(text.text.unicodeScalars)
        var found = detector.detect(text: text.text).filter { detection in
            !Self.isCode(detection, scalars) && detection.score >= options.minimumScore && !(detection.type.identifier == .quasi && policy?.action(for: detection.type) == .keep)
                && (!onlyDirect || detection.type.identifier == .direct && detection.type != .person)
        }
        if let names {
            let registered = names.find(in: text.text)
            found.removeAll { detection in registered.contains { $0.rule != "register.number" && $0.start < detection.end && detection.start < $0.end } }
            found = (found + registered).sorted { ($0.start, $0.rule) < ($1.start, $1.rule) }
        }
        guard !found.isEmpty else { return }
        var line = 1, at = 0
        for detection in found {
            let start = min(detection.start, scalars.count), end = min(detection.end, scalars.count)
            while at < start {
                if scalars[at] == "\n" { line += 1 }
                at += 1
            }
            let finding = FolderAuditReport.Finding(
                file: file, place: text.countsLines ? "line \(line)" : text.place, origin: text.origin, type: detection.type, rule: detection.rule,
                score: (detection.score * 100).rounded() / 100)
            report.findings.append(finding)
            if let show, start < end {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[start..<end])
                show(Shown(finding: finding, text: detection.rule == "register.number" ? "" : String(view)))
            }
        }
    }

    /// `I4`, `INF12`: a code of a study, which no name looks like.
    private static func isCode(_ detection: Detection, _ scalars: [Unicode.Scalar]) -> Bool {
        guard [.person, .place, .organisation].contains(detection.type), detection.length <= 6, detection.end <= scalars.count else { return false }
        let word = String(String.UnicodeScalarView(scalars[detection.start..<detection.end]))
        return word.wholeMatch(of: /[A-ZÆØÅ]{1,3}[0-9]{1,3}/) != nil
    }
}
