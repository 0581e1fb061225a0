import CodingAnalysis
import CodingStore
import Exchange
import Foundation

/// Milliseconds of each thing, once, on a store that was just opened; and the most memory that the process has had by then.
struct Timings {
    let file: URL
    init(_ file: URL) { self.file = file }

    func time<T>(_ name: String, _ work: () throws -> T) rethrows -> T {
        let clock = ContinuousClock(), begin = clock.now, before = Self.processor()
        let result = try work()
        let milliseconds = Int(((clock.now - begin) / .milliseconds(1)).rounded())
        print("\(name): \(milliseconds) ms (\(Self.processor() - before) ms of processor), \(Self.peak() / 1024) MB at most so far")
        return result
    }

    /// Milliseconds of processor time that the process has had: what it would take on a machine with nothing else to do, about.
    static func processor() -> Int {
        var used = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
        return used.tv_sec * 1000 + used.tv_nsec / 1_000_000
    }

    /// Kilobytes.
    static func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    func run() throws {
        let store = try time("open") { try CodingStore(file) }
        let study = try time("read the study") { try CodedStudy(store) }
        let matrix = try time("code by case") { try CodeByCase(study) }
        _ = try time("code by case as csv") { try matrix.table(.words).render(.csv) }
        _ = try time("code by case as xlsx") { try matrix.table(.words).render(.xlsx) }
        _ = try time("co-occurrence") { try Cooccurrence(study).pairs.count }
        _ = try time("saturation") { try Saturation(study).steps.count }
        _ = try time("use of the codes") { try study.frequencies() }
        for unit in Agreement.Unit.allCases {
            _ = try time("agreement by \(unit.rawValue)") { try Agreement(study, options: .init(unit: unit)).rows.count }
        }
        _ = try time("disagreements") { try Disagreements(study).items.count }
        for table in StudyTable.allCases { _ = try time("table \(table.rawValue)") { try table.make(study).rows.count } }
    }
}
