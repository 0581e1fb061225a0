import Anonymization
import Foundation
import Pipeline

/// What a withdrawal and a disclosure need of the key register.
struct StudyRegister {
    let keys: StudyKeys

    /// Nil when the study has no register, or none any more.
    /// - Throws: ``KeyFault`` when it is lost or stays closed: who stands behind which code must be known to take somebody out.
    func load() throws -> RegisterArtefact? {
        switch try keys.status {
        case .none, .destroyed: nil
        case .unfinished: throw StageFault("destroying the key register is unfinished: run 'ordrett key destroy' again first")
        case .exists, .lost: try keys.readRegister()
        }
    }

    /// Takes entries out; their codes are never given again. No copy of the register before stays in the key folder.
    func remove(_ entries: [WithdrawalPlan.RegisterEntry]) throws {
        guard !entries.isEmpty, case .exists = try keys.status else { return }
        try keys.updateRegister(erasingPrevious: true) { artefact in
            for entry in entries { artefact.register.remove(type: entry.type, key: entry.key) }
        }
    }
}

extension AccessLog {
    /// Takes codes out of the log's lines. The lines stay, chained anew: that somebody looked is not the participant's alone.
    func forget(codes: Set<String>) throws {
        guard FileManager.default.fileExists(atPath: url.path), !codes.isEmpty else { return }
        let lock = try FileLock(URL(fileURLWithPath: url.path + ".lock"))
        defer { lock.release() }
        let old = entries(), encoder = JSONEncoder()
        guard old.contains(where: { entry in entry.code.map(codes.contains) ?? false || entry.reason.map { reason in codes.contains { reason.contains($0) } } ?? false }) else { return }
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = Data(), last = ""
        for var entry in old {
            if entry.code.map(codes.contains) ?? false { entry.code = nil }
            if let reason = entry.reason, codes.contains(where: { reason.contains($0) }) { entry.reason = nil }
            entry.previous = last
            let line = try encoder.encode(entry)
            last = Digest.sha256(line)
            text += line + [0x0A]
        }
        try FileErasure.replace(url, with: text)
    }
}
