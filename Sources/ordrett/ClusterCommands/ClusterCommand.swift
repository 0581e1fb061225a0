import ArgumentParser
import Foundation
import Pipeline
import Stages

struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Divide a study's work among the machines of a cluster.",
        subcommands: [ClusterManifestCommand.self, ClusterScriptCommand.self])
}

struct ClusterManifestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest", abstract: "Write the list of recordings that shares are made of: id, seconds, bytes.",
        discussion: """
            The list is confidential, as ids can be. With --shards it says how the work would be divided.

            Examples:
              ordrett cluster manifest                        fortrolig/klynge.tsv
              ordrett cluster manifest --shards 3 --json      and how three shares would look
            """)

    @OptionGroup var options: RunOptions
    @Option(help: ArgumentHelp("The file; by default fortrolig/\(ShardManifest.fileName).", valueName: "file"), completion: .file()) var to: String?
    @Option(help: ArgumentHelp("Show the division into so many shares.", valueName: "n")) var shards: Int?
    @Flag(help: "As JSON on stdout.") var json = false

    struct Share: Encodable { var shard: Int, recordings: [String], seconds: Double }
    struct Result: Encodable { var file: String, digest: String, recordings: [ShardManifest.Entry], shares: [Share]? }

    func validate() throws {
        if let shards, !(1...100_000).contains(shards) { throw ValidationError("--shards is from 1 to 100000") }
        if options.out != nil { throw ValidationError("a cluster works on a study: --study, not --out") }
    }

    func run() throws {
        let request = try options.request().request
        guard !request.selected.isEmpty else { throw CommandFailure.badInput("no recordings found; put WAV or FLAC files in the folder, or name them") }
        let manifest = ShardManifest(request), url = try manifest.save(to, request.study.folders)
        // Every share needs the key that results are sealed with: made here, not by several at once.
        _ = try StudyKeys(request.study.folders).forWriting()
        let seconds = Dictionary(uniqueKeysWithValues: manifest.entries.map { ($0.id, $0.seconds) })
        let shares = shards.map { count in
            manifest.shares(count).enumerated().map { Share(shard: $0 + 1, recordings: $1, seconds: ($1.reduce(0) { $0 + (seconds[$1] ?? 0) } * 10).rounded() / 10) }
        }
        if json { return try Talk.json(Result(file: url.lastPathComponent, digest: manifest.digest, recordings: manifest.entries, shares: shares)) }
        Talk.say("\(manifest.entries.count) recordings, \(clockText(manifest.entries.reduce(0) { $0 + $1.seconds })), listed in \(url.lastPathComponent)")
        guard let shares else { return }
        var table = TextTable(header: ["share", "recordings", "duration"], rightAligned: [0, 1, 2])
        for share in shares { table.rows.append([String(share.shard), String(share.recordings.count), clockText(share.seconds)]) }
        Talk.data(table.text + "\n")
    }
}

struct ClusterScriptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script", abstract: "Print a batch script for a cluster's scheduler, and write the list of recordings.",
        discussion: """
            The script submits itself: rounds of a job array, one task a share, with a gathering after each. Run it with bash on the
            cluster's login node. A task that is killed or whose node goes down is put back in the queue and goes on where it was.

            Examples:
              ordrett cluster script --slurm > klynge.sh && bash klynge.sh
              ordrett cluster script --slurm --limit 10 --time 08:00:00 --memory 4G --account p1234 > klynge.sh
            """)

    @OptionGroup var options: RunOptions
    @Flag(help: "For Slurm (sbatch).") var slurm = false
    @Option(help: ArgumentHelp("Where the list of recordings goes; by default fortrolig/\(ShardManifest.fileName).", valueName: "file"), completion: .file()) var manifest: String?
    @Option(help: ArgumentHelp("How many shares; by default one for each recording, at most 1000.", valueName: "n")) var shards: Int?
    @Option(help: ArgumentHelp("Shares at the same time.", valueName: "n")) var limit: Int?
    @Option(help: ArgumentHelp("Cores of a share: as many of its recordings are worked on at once.", valueName: "n")) var cores = 1
    @Option(help: "Memory of a share, as Slurm writes it.") var memory = "2G"
    @Option(help: "Time limit of a share, as Slurm writes it.") var time = "04:00:00"
    @Option(help: "Slurm's partition.") var partition: String?
    @Option(help: "Slurm's account.") var account: String?

    func validate() throws {
        if !slurm { throw ValidationError("say for which scheduler: --slurm") }
        if let shards, !(1...100_000).contains(shards) { throw ValidationError("--shards is from 1 to 100000") }
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
        if cores < 1 { throw ValidationError("--cores is at least 1") }
        for text in [memory, time, partition, account].compactMap({ $0 }) where text.isEmpty || text.contains(where: { !($0.isASCII && ($0.isLetter || $0.isNumber || ":-_.,+".contains($0))) }) {
            throw ValidationError("'\(text)' is nothing that Slurm could read there")
        }
        if options.out != nil { throw ValidationError("a cluster works on a study: --study, not --out") }
        if !options.set.isEmpty || !options.force.isEmpty || options.from != nil || options.until != nil || !options.arguments.isEmpty {
            throw ValidationError("the shares run the study as \(Study.fileName) says: write pipeline and settings there")
        }
    }

    func run() throws {
        let request = try options.request().request
        guard !request.selected.isEmpty else { throw CommandFailure.badInput("no recordings found; put WAV or FLAC files in the folder, or name them") }
        let list = ShardManifest(request), url = try list.save(manifest, request.study.folders).standardizedFileURL
        _ = try StudyKeys(request.study.folders).forWriting()
        var script = ClusterScript(
            request: request, manifest: url, shares: shards ?? min(1000, list.entries.count), program: Self.program)
        script.limit = limit
        script.cores = cores
        script.memory = memory
        script.time = time
        script.partition = partition
        script.account = account
        Talk.say("\(list.entries.count) recordings listed in \(url.lastPathComponent), \(script.shares) shares, \(script.studyStages.count + 1) rounds")
        Talk.data(script.text)
    }

    /// The program as it was started, by its whole path.
    private static var program: String {
        Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? "ordrett"
    }
}
