import Foundation

/// How many processor cores this process may use: what the scheduler allows, the control group's quota, and Slurm's word for one task.
public enum AllowedCores {
    /// At least 1.
    public static var count: Int {
        count(scheduler: scheduler, quota: quota(of: controlGroup, in: URL(fileURLWithPath: "/sys/fs/cgroup")), environment: ProcessInfo.processInfo.environment)
    }

    static func count(scheduler: Int, quota: Double?, environment: [String: String]) -> Int {
        var cores = max(1, scheduler)
        // Part of a core more is worth a process more.
        if let quota, quota > 0 { cores = min(cores, max(1, Int(quota.rounded(.up)))) }
        if let text = environment["SLURM_CPUS_PER_TASK"], let given = Int(text), given > 0 { cores = min(cores, given) }
        return cores
    }

    /// Cores in the process's affinity mask.
    private static var scheduler: Int {
        if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8), let count = allowed(in: status) { return count }
        return ProcessInfo.processInfo.activeProcessorCount
    }

    /// The number of set bits of `Cpus_allowed:\tff,ffffffff`.
    static func allowed(in status: String) -> Int? {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
        let count = line.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }

    /// The process's group in the unified hierarchy (`0::/user.slice/…`), else its group for `cpu` in version 1; nil where there is none.
    private static var controlGroup: String? {
        guard let text = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8) else { return nil }
        return group(in: text)
    }

    static func group(in text: String) -> String? {
        let lines = text.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false) }.filter { $0.count == 3 }
        if let line = lines.first(where: { $0[1].split(separator: ",").contains("cpu") }) { return "cpu" + String(line[2]) }
        return lines.first { $0[0] == "0" && $0[1].isEmpty }.map { String($0[2]) }
    }

    /// The smallest quota of a group and those above it, in cores; nil for none. Read as version 2 (`cpu.max`: quota and period in µs,
    /// or `max`) and version 1 (`cpu.cfs_quota_us`, `cpu.cfs_period_us`).
    static func quota(of group: String?, in root: URL) -> Double? {
        guard let group else { return nil }
        var parts = group.split(separator: "/").map(String.init), smallest: Double?
        func number(_ url: URL) -> Double? {
            (try? String(contentsOf: url, encoding: .utf8)).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        while true {
            let folder = parts.reduce(root) { $0.appendingPathComponent($1) }
            var cores: Double?
            if let text = try? String(contentsOf: folder.appendingPathComponent("cpu.max"), encoding: .utf8) {
                let fields = text.split(whereSeparator: \.isWhitespace).map(String.init)
                if fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 { cores = quota / period }
            } else if let quota = number(folder.appendingPathComponent("cpu.cfs_quota_us")), quota > 0,
                let period = number(folder.appendingPathComponent("cpu.cfs_period_us")), period > 0
            {
                cores = quota / period
            }
            if let cores { smallest = min(smallest ?? cores, cores) }
            if parts.isEmpty { return smallest }
            parts.removeLast()
        }
    }
}
