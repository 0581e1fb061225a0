import Anonymization
import CodingExchange
import CodingStore
import Foundation
import Pipeline

/// The analysis to and from other programs: what `code export` and `code import` do.
public enum CodingExchangeTools {
    public static let exportFormats = ProjectExchange.ExportFormat.allCases.map { (name: $0.rawValue, summary: $0.summary) }
    public static let importFormats = ProjectExchange.ImportFormat.allCases.map(\.rawValue)

    public struct Exported: Sendable {
        public var url: URL
        public var report: ExchangeReport
    }

    /// Writes a project, a codebook or a folder of tables: into `koding/` when nobody says where. Into `deling/` goes what the gate lets
    /// through, and no folder.
    /// - Throws: ``GateFault``, ``ExchangeError``, ``RequestFault``.
    public static func export(
        _ format: String, to path: String?, options: ProjectExportOptions, desk: CodingDesk, progress: (Double) -> Void
    ) throws -> Exported {
        guard let format = ProjectExchange.ExportFormat(rawValue: format) else {
            throw RequestFault("'\(format)' is no format; allowed: \(exportFormats.map(\.name).joined(separator: ", "))")
        }
        let name = (desk.root?.lastPathComponent).map { CodingOutput.fileName([$0], ending: format.rawValue) } ?? "koding.\(format.rawValue)"
        var options = options
        options.study = desk.root
        if format == .csv {
            // A folder of tables: its own name, or tabeller/ in koding/.
            let folder = URL(fileURLWithPath: path ?? desk.folder.appendingPathComponent("tabeller").path, isDirectory: true)
            guard OutputTarget.sharingStudy(of: folder.appendingPathComponent("x")) == nil else {
                throw GateFault(description: "tables of a whole analysis are not written to deling/: nobody can sign for a folder; write them somewhere else, and share what you have looked through")
            }
            if path == nil { try SafeFile.makeFolder(desk.folder, confidential: true) }
            // The name of a file in it is checked as any other's would be.
            if FileManager.default.fileExists(atPath: folder.path) { _ = try OutputTarget.file(folder.appendingPathComponent("kilder.csv").path, confidential: false, inputs: [desk.store.url.path]) }
            return Exported(url: folder, report: try ProjectExchange.export(desk.store, as: format, to: folder, options: options, progress: progress))
        }
        let sources = format == .qdc ? [] : try desk.store.sources().map(\.item)
        // Made beside nothing of the study's, and moved through the same door as every file.
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("\(Leftovers.prefix)\(getpid())-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: scratch) }
        let made = scratch.appendingPathComponent(name)
        let report = try ProjectExchange.export(desk.store, as: format, to: made, options: options, progress: progress)
        let url = try CodingOutput.write(Data(contentsOf: made, options: .mappedIfSafe), to: path, named: name, desk: desk, sources: sources)
        return Exported(url: url, report: report)
    }

    /// - Parameters:
    ///   - vouch: why what looks like direct identifiers in texts from elsewhere identifies nobody; whoever works answers for it.
    public static func take(_ path: String, as format: String?, vouch: String?, desk: CodingDesk, progress: (Double) -> Void) throws -> ExchangeReport {
        let who = try desk.who()
        let kind = try format.map { name -> ProjectExchange.ImportFormat in
            guard let kind = ProjectExchange.ImportFormat(rawValue: name) else {
                throw RequestFault("'\(name)' is nothing that can be taken in; allowed: \(importFormats.joined(separator: ", "))")
            }
            return kind
        }
        let voucher = try vouch.map { reason in
            guard let voucher = TextVouching.Voucher(name: who, reason: reason) else { throw RequestFault("--vouch needs a reason: why does what was found identify nobody?") }
            return voucher
        }
        let root = desk.root?.path
        let options = ProjectExchange.ImportOptions(voucher: voucher, sealed: { item in
            guard let root, let found = try? StudyTranscripts.sealed(item, study: root) else { return nil }
            return try? AnonymizedTranscript(decoding: found.data)
        })
        if kind == .qdc || (path as NSString).pathExtension.lowercased() == "qdc" { try desk.store.backUpBeforeBulkChange() }
        return try ProjectExchange.take(URL(fileURLWithPath: path), as: kind, into: desk.store, who: who, options: options, progress: progress)
    }
}
