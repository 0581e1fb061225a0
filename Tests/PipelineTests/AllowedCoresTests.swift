import Foundation
import Testing
@testable import Pipeline

@Suite struct AllowedCoresTests {
    @Test func theSmallestWordCounts() {
        #expect(AllowedCores.count(scheduler: 8, quota: nil, environment: [:]) == 8)
        #expect(AllowedCores.count(scheduler: 8, quota: 2.5, environment: [:]) == 3)
        #expect(AllowedCores.count(scheduler: 8, quota: 0.2, environment: [:]) == 1)
        #expect(AllowedCores.count(scheduler: 8, quota: 4, environment: ["SLURM_CPUS_PER_TASK": "2"]) == 2)
        #expect(AllowedCores.count(scheduler: 2, quota: nil, environment: ["SLURM_CPUS_PER_TASK": "16"]) == 2)
        #expect(AllowedCores.count(scheduler: 2, quota: nil, environment: ["SLURM_CPUS_PER_TASK": "many"]) == 2)
        #expect(AllowedCores.count >= 1)
    }

    @Test func theAffinityMaskIsRead() {
        #expect(AllowedCores.allowed(in: "Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n") == 2)
        #expect(AllowedCores.allowed(in: "Cpus_allowed:\tff,0000000f\n") == 12)
        #expect(AllowedCores.allowed(in: "Name:\tx\n") == nil)
    }

    @Test func quotasOfGroupsAboveCount() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cores-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: root) }
        func write(_ path: String, _ text: String) throws {
            let url = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try write("slurm/cpu.max", "150000 100000\n")
        try write("slurm/job/cpu.max", "max 100000\n")
        #expect(AllowedCores.quota(of: "/slurm/job", in: root) == 1.5)
        try write("cpu/a/cpu.cfs_quota_us", "50000\n")
        try write("cpu/a/cpu.cfs_period_us", "25000\n")
        try write("cpu/cpu.cfs_quota_us", "-1\n")
        try write("cpu/cpu.cfs_period_us", "100000\n")
        #expect(AllowedCores.group(in: "3:cpuset:/x\n2:cpu,cpuacct:/a\n0::/\n") == "cpu/a")
        #expect(AllowedCores.quota(of: "cpu/a", in: root) == 2)
        #expect(AllowedCores.group(in: "0::/user.slice\n") == "/user.slice")
        #expect(AllowedCores.quota(of: "/none", in: root) == nil)
    }
}
