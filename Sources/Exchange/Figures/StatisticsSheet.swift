import Foundation
import Transcript

/// Talk statistics written for programs.
struct StatisticsSheet {
    let study: StudyStatistics
    let status: ExportStatus
    let isStudy: Bool
    let language: DocumentLanguage

    func files(_ format: StatisticsFormat, stem: String) throws -> [(name: String, data: Data)] {
        var files = [(stem + "." + format.rawValue, try data(format))]
        if format == .csv { files.append((stem + ".roller.csv", Data(rolesCSV().utf8))) }
        return files
    }

    func data(_ format: StatisticsFormat) throws -> Data {
        switch format {
        case .csv: Data(csv().utf8)
        case .json: try json()
        case .html: Data(page().html().utf8)
        case .md: Data(page().markdown().utf8)
        }
    }

    private func page() -> StatisticsPage { StatisticsPage(study: study, status: status, isStudy: isStudy, language: language) }

    /// One row a speaker.
    func csv() -> String {
        let head = ["recording", "recording_s", "speaker", "role"] + StatisticsMeasure.all.map(\.key) + ["status"]
        var rows = [head]
        for recording in study.recordings {
            for speaker in recording.speakers {
                rows.append(
                    [Self.cell(recording.recording), Decimals.text(recording.duration, 3), Self.cell(speaker.label), speaker.role?.rawValue ?? ""]
                        + StatisticsMeasure.all.map { $0.plain($0.value(speaker)) } + [status.rawValue])
            }
        }
        return Self.lines(rows)
    }

    /// One row a role and measure, as statistics programs like it.
    func rolesCSV() -> String {
        var rows = [["role", "measure", "speakers", "mean", "sum", "min", "q1", "median", "q3", "max", "status"]]
        for summary in study.roles {
            let values = summary.values
            let numbers = [
                values.mean, values.count > 0 ? values.total : nil, values.shortest, values.lowerQuartile, values.median,
                values.upperQuartile, values.longest,
            ]
            rows.append(
                [summary.role?.rawValue ?? "", summary.measure, String(values.count)] + numbers.map { $0.map { Decimals.text($0, 3) } ?? "" } + [status.rawValue])
        }
        return Self.lines(rows)
    }

    private static func lines(_ rows: [[String]]) -> String { rows.map { $0.joined(separator: ",") + "\r\n" }.joined() }

    /// As in the other tables.
    static func cell(_ text: String) -> String { CSVTable.quoted(text) }

    private struct Sheet: Encodable {
        struct Recording: Encodable {
            var id: String
            var duration: Double
            var speakers: [Row]
        }
        struct Row: Encodable {
            var speaker: String
            var label: String
            var role: String?
            var measures: [String: Double]
        }
        struct Summary: Encodable {
            var role: String?
            var measure: String
            var values: Distribution
        }
        var format = "ordrett.talk-statistics"
        var version = 1
        var status: String
        var notice: String?
        var recordings: [Recording]
        var roles: [Summary]?
    }

    /// The columns of the table under `measures`, those without a value left out; sorted keys.
    func json() throws -> Data {
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        func rounded(_ values: Distribution) -> Distribution {
            var result = values
            result.total = rounded(values.total)
            result.mean = values.mean.map(rounded)
            result.shortest = values.shortest.map(rounded)
            result.lowerQuartile = values.lowerQuartile.map(rounded)
            result.median = values.median.map(rounded)
            result.upperQuartile = values.upperQuartile.map(rounded)
            result.longest = values.longest.map(rounded)
            return result
        }
        let recordings = study.recordings.map { recording in
            Sheet.Recording(
                id: recording.recording, duration: rounded(recording.duration),
                speakers: recording.speakers.map { speaker in
                    var measures: [String: Double] = [:]
                    for measure in StatisticsMeasure.all { measures[measure.key] = measure.value(speaker).map(rounded) }
                    return Sheet.Row(speaker: speaker.speaker, label: speaker.label, role: speaker.role?.rawValue, measures: measures)
                })
        }
        let roles = study.roles.map { Sheet.Summary(role: $0.role?.rawValue, measure: $0.measure, values: rounded($0.values)) }
        let sheet = Sheet(
            status: status.rawValue, notice: status == .confidential ? status.text(language) : nil, recordings: recordings,
            roles: isStudy ? roles : nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        var data = try encoder.encode(sheet)
        data.append(0x0A)
        return data
    }
}
