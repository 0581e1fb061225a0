import Foundation
import Testing
import Transcript

@testable import Anonymization

/// What researchers type in brackets, with the word lists that ship.
@Suite struct RemarkTests {
    private func run(_ remark: String, _ kind: Mark.Kind = .comment) throws -> (text: String, report: AuditReport) {
        let policy = try Policy.shipped("standard")
        var t = transcript(["Ja.", "Det var fint."])
        t.turns[0].elements.append(.mark(Mark(kind: kind, source: .draft, text: remark)))
        let detector = Detector(options: policy.detectorOptions())
        let found = detector.detect(transcript: t)
        let keys = KeyRegister.assign(register: KeyRegister(), detections: [("P01", found)], policy: policy)
        let out = Anonymizer(policy: policy, register: keys).anonymize(t, detections: found)
        return (out.document.turns[0].marks[0].text, Audit().audit(out, register: keys, detector: detector, policy: policy))
    }

    @Test(arguments: ["(Kjerlaug)", "(Kjerlaug gret)", "(Kjerlaug gråter)", "(Tverrelvmo kom inn)", "(KJERLAUG)", "[Kjerlaug: mm]"])
    func aNameInFirstPlaceIsReplaced(_ remark: String) throws {
        let (text, report) = try run(remark)
        #expect(leaks(of: ["kjerlaug", "tverrelvmo"], in: Data(text.utf8)).isEmpty, "\(text)")
        #expect(text != remark && report.verdict != .leak, "\(text) \(report.items)")
    }

    @Test(arguments: [
        "(Ler)", "(Pause)", "(PAUSE)", "(LER)", "(Banker i bordet)", "(Uhørbart)", "(Int: mm)", "(Inf: ja)", "(Lang pause)", "(Hvisker)", "(Laughs)",
        "(Nikker)", "(Ser ut av vinduet)", "(S02: mm)", "(Nøler)", "(Ehm)", "(Gråter stille)",
    ])
    func knownRemarksStayAndNeedNoReader(_ remark: String) throws {
        let (text, report) = try run(remark)
        #expect(text == remark)
        #expect(report.verdict == .clean, "\(report.items)")
    }

    @Test(arguments: ["(Leser fra arket)", "(Hundebjeffing)", "(Bakgrunnsstøy)", "(Gret)", "(Tegner en sirkel)", "(Telefonsignal)"])
    func ordinaryRemarksStayAndAreToRead(_ remark: String) throws {
        let (text, report) = try run(remark)
        #expect(text == remark)
        #expect(report.verdict == .review, "\(report.items)")
    }

    @Test func aLowerCaseNameInARemarkIsToRead() throws {
        #expect(try run("(kjerlaug gret)").report.verdict == .review)
        #expect(try run("(kjerlaug: mm)", .backchannel).report.verdict == .review)
    }

    @Test(arguments: ["(hviskende: ho e itj hær)", "(ler og sier æ veit itj)"]) func dialectInARemarkIsSeen(_ remark: String) throws {
        let (_, report) = try run(remark)
        #expect(report.items.contains { $0.code == "dialect-in-remark" && $0.severity == .review && $0.turn == 1 }, "\(report.items)")
        #expect(!report.render(language: .bokmal).contains("itj"))
        #expect(report.render(language: .english).contains("words outside Bokmål"))
    }

    @Test func bokmalInARemarkIsNoDialect() throws {
        for remark in ["(hviskende: hun er ikke her)", "(leser fra pasientjournalen)", "(ler)"] {
            #expect(try !run(remark).report.items.contains { $0.code == "dialect-in-remark" }, "\(remark)")
        }
        #expect(try run("(I: ja, det er klart)", .backchannel).report.verdict == .clean)
        // "Tone" is a tone and a woman.
        #expect(try run("(Tone gråter)").report.verdict == .review)
        // Two letters may be initials.
        #expect(try run("(kt gret)").report.verdict == .review)
    }
}
