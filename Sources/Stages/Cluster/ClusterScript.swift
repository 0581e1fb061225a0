import Foundation
import Pipeline

/// A batch script for Slurm: shares as a job array, a gathering after each round of them.
///
/// Run with bash it submits the rounds, each waiting for the one before; submitted with `work` it is one array.
public struct ClusterScript: Sendable {
    public var study: String
    public var program: String
    public var manifest: String
    public var shares: Int
    /// Shares at the same time; nil for as many as the cluster gives.
    public var limit: Int?
    public var cores = 1
    public var memory = "2G"
    public var time = "04:00:00"
    public var partition: String?
    public var account: String?
    /// Stages that look at all recordings, in order: a round of shares before each, and one after.
    public var studyStages: [String]
    /// Where the user's keys lie, when they are not in the usual place.
    public var keys: String?

    public init(
        request: RunRequest, manifest: URL, shares: Int, program: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        if let folder = environment[KeyFolder.variable], !folder.isEmpty { keys = URL(fileURLWithPath: folder).standardizedFileURL.path }
        study = request.study.folders.root.path
        self.program = program
        self.manifest = manifest.path
        self.shares = shares
        studyStages = request.definition.studySteps.map(\.descriptor.id)
    }

    /// For a POSIX shell, whatever is in it.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    public var text: String {
        var head = [
            "#!/bin/bash",
            "# Ordrett on a cluster: \(shares) shares of the recordings in \((manifest as NSString).lastPathComponent), in \(studyStages.count + 1) rounds.",
            "#   bash THIS                  submit all rounds; 'squeue' shows them",
            "#   sbatch --array=LIST THIS work    these shares again; LIST says: ordrett failed --study \(Self.quoted(study)) --manifest \(Self.quoted(manifest)) --shards \(shares) --format array",
            "#   bash THIS gather           gather by hand",
            "# The study's folder and the key folder must be seen from every node, on a file system whose locks work across nodes.",
            "#SBATCH --job-name=ordrett",
            "#SBATCH --array=1-\(shares)" + (limit.map { "%\($0)" } ?? ""),
            "#SBATCH --nodes=1",
            "#SBATCH --ntasks=1",
            "#SBATCH --cpus-per-task=\(cores)",
            "#SBATCH --mem=\(memory)",
            "#SBATCH --time=\(time)",
            "#SBATCH --requeue",
            "#SBATCH --open-mode=append",
            "#SBATCH --output=ordrett-%A_%a.log",
            "# Two minutes before the time is up the work is stopped, so that it can go on from there.",
            "#SBATCH --signal=B:USR1@120",
        ]
        if let partition { head.append("#SBATCH --partition=\(partition)") }
        if let account { head.append("#SBATCH --account=\(account)") }
        let rounds = studyStages.count + 1
        return head.joined(separator: "\n") + """


            ordrett=\(Self.quoted(program))
            study=\(Self.quoted(study))
            manifest=\(Self.quoted(manifest))
            shares=\(shares)
            \(keys.map { "export ORDRETT_KEYS=\(Self.quoted($0))" } ?? "# export ORDRETT_KEYS=...       when the keys do not lie in your home folder")
            # A passphrase of your own is given by --passphrase-file, in the two lines below that name the study: never write it here.

            umask 077
            submit() {
                local before= job round
                for round in $(seq \(rounds)); do
                    # A share that fails must not keep the others from being gathered; a gathering that lacks a share stops the rest.
                    job=$(sbatch --parsable ${before:+--dependency=afterok:$before} --kill-on-invalid-dep=yes "$0" work) || exit 1
                    before=$(sbatch --parsable --dependency=afterany:${job%%;*} --array=0 --output=ordrett-%A_gather.log "$0" gather) || exit 1
                    before=${before%%;*}
                    echo "round $round: shares in job ${job%%;*}, gathered in job $before"
                done
            }

            # Runs a program with the node's own disk for temporary files, which hold sound and go with the job. Stopped by the clock (USR1) it is
            # put back in the queue, and goes on from where it was; stopped by somebody (TERM) it is not.
            guarded() {
                local pid code last again=
                scratch=$(mktemp -d "${TMPDIR:-/tmp}/ordrett-$$-XXXXXX") || exit 1
                trap 'rm -rf "$scratch"' EXIT
                TMPDIR=$scratch "$@" &
                pid=$!
                trap 'again=1; kill -TERM $pid 2>/dev/null' USR1
                trap 'again=; kill -TERM $pid 2>/dev/null' TERM INT
                # A signal ends the waiting, not yet the program.
                while :; do wait $pid; code=$?; kill -0 $pid 2>/dev/null || break; done
                wait $pid; last=$?
                [ $last -eq 127 ] || code=$last
                if [ -n "$again" ] && [ $code -eq 130 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 20 ]; then
                    scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
                fi
                return $code
            }

            work() {
                guarded "$ordrett" run --quiet --study "$study" --manifest "$manifest" --shard "${SLURM_ARRAY_TASK_ID:?}/$shares"
                exit $?
            }

            gather() {
                local code
                if [ -z "${SLURM_JOB_ID:-}" ]; then exec "$ordrett" gather --study "$study" --manifest "$manifest"; fi
                guarded "$ordrett" gather --quiet --study "$study" --manifest "$manifest"; code=$?
                # Recordings that failed, or that wait for a signature, keep nobody from going on.
                case $code in 0 | 1 | 3) exit 0 ;; esac
                exit $code
            }

            case "${1:-}" in
                work) work ;;
                gather) gather ;;
                "") if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then work; else submit; fi ;;
                *) echo "usage: bash $0 [gather] | sbatch [--array=...] $0 work" >&2; exit 64 ;;
            esac

            """
    }
}
