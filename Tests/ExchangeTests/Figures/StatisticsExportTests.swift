import Foundation
import Testing
import Transcript

@testable import Exchange

@Suite("Talk statistics as files") struct StatisticsExportTests {
    private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

    @Test("a row a speaker, a column a measure, dots and three decimals") func csv() throws {
        let talk = randomTalk(2)
        let file = try ShareableStatistics.render(anonymized(talk), format: .csv)
        #expect(file.name == "P2.samtaletall.csv")
        let rows = text(file.data).components(separatedBy: "\r\n").dropLast().map { $0.components(separatedBy: ",") }
        let made = TalkStatistics(transcript: talk)
        #expect(rows.count == 1 + made.speakers.count && rows.allSatisfy { $0.count == rows[0].count })
        #expect(rows[0].prefix(5) == ["recording", "recording_s", "speaker", "role", "talk_s"])
        #expect(Set(rows[0]).count == rows[0].count)
        let talkColumn = try #require(rows[0].firstIndex(of: "talk_s")), words = try #require(rows[0].firstIndex(of: "words"))
        for (row, speaker) in zip(rows.dropFirst(), made.speakers) {
            #expect(row[2] == speaker.label && row[words] == String(speaker.words))
            #expect(abs(try #require(Double(row[talkColumn])) - speaker.talkTime) < 0.0006 && row[talkColumn].split(separator: ".").last?.count == 3)
        }
    }

    @Test("every column is described") func described() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/formats/talk-statistics.md"), encoding: .utf8)
        for measure in StatisticsMeasure.all { #expect(page.contains("`\(measure.key)`"), "\(measure.key)") }
    }

    @Test("a label can neither break a row nor be a formula") func cells() {
        #expect(StatisticsSheet.cell("a,b") == "\"a,b\"" && StatisticsSheet.cell("a\"b") == "\"a\"\"b\"")
        #expect(StatisticsSheet.cell("a\r\nb") == "a b" && StatisticsSheet.cell("=1+1") == "'=1+1" && StatisticsSheet.cell("\u{FF1D}1") == "'\u{FF1D}1" && StatisticsSheet.cell("=\u{301}1") == "'=\u{301}1" && StatisticsSheet.cell("Informant 4") == "Informant 4")
    }

    @Test("a study has every recording's speakers, and each role's quartiles") func study() throws {
        let talks = (0..<5 as Range<UInt64>).map { randomTalk($0) }
        let files = try ShareableStatistics.render(study: talks.map { anonymized($0) }, format: .csv)
        #expect(files.map(\.name) == ["studie.samtaletall.csv", "studie.samtaletall.roller.csv"])
        #expect(text(files[0].data).components(separatedBy: "\r\n").count == 2 + talks.reduce(0) { $0 + TalkStatistics(transcript: $1).speakers.count })
        let rates = talks.compactMap { TalkStatistics(transcript: $0).speakers[1].wordsPerMinute }.sorted()
        let row = try #require(text(files[1].data).components(separatedBy: "\r\n").first { $0.hasPrefix("participant,words_per_min,") })
        let cells = row.components(separatedBy: ",")
        #expect(cells[2] == "5" && abs(Double(cells[7])! - rates[2]) < 0.001 && abs(Double(cells[5])! - rates[0]) < 0.001)
    }

    @Test("json reads back and says how anonymous it is") func json() throws {
        let raw = try ConfidentialStatistics.render(randomTalk(3), format: .json)
        #expect(raw.name == "P3.fortrolig.samtaletall.json")
        let made = try #require(try JSONSerialization.jsonObject(with: raw.data) as? [String: Any])
        #expect(made["format"] as? String == "ordrett.talk-statistics" && made["status"] as? String == "confidential" && made["roles"] == nil)
        let speakers = try #require((made["recordings"] as? [[String: Any]])?.first?["speakers"] as? [[String: Any]])
        let measures = try #require(speakers[0]["measures"] as? [String: Double])
        let own = TalkStatistics(transcript: randomTalk(3)).speakers[0]
        #expect(abs(measures["talk_s"]! - own.talkTime) < 0.0006 && measures["backchannels"] == Double(own.backchannels))
    }

    @Test("tables to read are well-formed, hold no word of the talk, and are stamped when raw", arguments: [DocumentLanguage.bokmal, .english])
    func pages(language: DocumentLanguage) throws {
        for nasty in nastyTexts {
            var talk = randomTalk(4)
            talk.speakers[1].label = nasty
            let pages = try [
                ShareableStatistics.render(anonymized(talk), format: .html, language: language).data,
                ConfidentialStatistics.render(talk, format: .html, language: language).data,
                ShareableStatistics.render(study: [anonymized(talk), anonymized(talk)], format: .html, language: language)[0].data,
            ]
            for page in pages {
                let closed = text(page).split(separator: "\n").dropFirst().map { $0.hasPrefix("<meta") ? $0.dropLast() + "/>" : $0 }.joined(separator: "\n")
                #expect(isWellFormed(closed))
                #expect(!text(page).contains("hemmelig"))
            }
            #expect(pages.map { text($0).contains("FORTROLIG") } == [false, true, false])
            // A table's rows all have the heading's number of cells.
            let markdown = text(try ShareableStatistics.render(anonymized(talk), format: .md, language: language).data)
            let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("|") && !$0.hasPrefix("|--") }
            #expect(Set(rows.map { $0.replacing("\\|", with: "").count { $0 == "|" } }).count == 1)
        }
    }

    @Test("decimals are written the same everywhere") func decimals() {
        #expect(Decimals.text(1.0006, 3) == "1.001" && Decimals.text(-0.0001, 3) == "0.000" && Decimals.text(-1.25, 1, mark: ",") == "-1,3")
        #expect(Decimals.text(.nan, 2) == "0.00" && Decimals.text(1234.5, 0) == "1235" && Decimals.minutes(3725) == "1:02:05" && Decimals.minutes(59.6) == "1:00")
        #expect(Decimals.short(2.50, 2) == "2.5" && Decimals.short(3, 1) == "3" && Decimals.short(100, 0) == "100")
    }
}
