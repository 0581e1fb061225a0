// Makes a coded study of a given size, and times what the analysis does with it. Absolute seconds say as much about the machine as
// about the code: compare runs on one machine.
//
//     swift run -c release --package-path Benchmarks coding-bench generate /tmp/studie.sqlite
//     swift run -c release --package-path Benchmarks coding-bench generate /tmp/liten.sqlite --interviews 5 --codings 2000 --codes 100
//     swift run -c release --package-path Benchmarks coding-bench time /tmp/studie.sqlite
//     swift run -c release --package-path Benchmarks coding-bench tables /tmp/liten.sqlite /tmp/tabeller
import CodingAnalysis
import CodingStore
import Exchange
import Foundation

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(64)
}

let usage = """
    usage: coding-bench generate FILE [--interviews 200] [--words 10000] [--codes 2000] [--codings 100000] [--coders 3] [--seed 1]
           coding-bench time FILE
           coding-bench tables FILE FOLDER
    """
var arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2 else { fail(usage) }
let command = arguments.removeFirst(), file = URL(fileURLWithPath: arguments.removeFirst())
switch command {
case "generate":
    var study = GeneratedStudy()
    while !arguments.isEmpty {
        let name = arguments.removeFirst()
        guard !arguments.isEmpty, let value = Int(arguments.removeFirst()), value > 0 else { fail(usage) }
        switch name {
        case "--interviews": study.interviews = value
        case "--words": study.words = value
        case "--codes": study.codes = value
        case "--codings": study.codings = value
        case "--coders": study.coders = value
        case "--seed": study.seed = UInt64(value)
        default: fail(usage)
        }
    }
    guard !FileManager.default.fileExists(atPath: file.path) else { fail("'\(file.lastPathComponent)' is there already") }
    try study.write(to: file) { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
case "time": try Timings(file).run()
case "tables":
    // Every table in every shape, and the pictures: to be looked at, and opened in other programs.
    guard let folder = arguments.first.map({ URL(fileURLWithPath: $0) }) else { fail(usage) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let study = try CodedStudy(CodingStore(file))
    func write(_ made: ShareableFile) throws { try made.data.write(to: folder.appendingPathComponent(made.name)) }
    let agreement = try Agreement(study)
    var tables = [agreement.table(), agreement.pairTable(), try Disagreements(study).table()]
    for name in StudyTable.allCases { tables.append(try name.make(study)) }
    for table in tables { for format in ResultFormat.allCases { try write(table.render(format)) } }
    try write(study.thematicMap().render())
    try write(Saturation(study).picture().render())
default: fail(usage)
}
