import Foundation
import Testing
import Transcript

@testable import Anonymization

/// What calls somebody by name outside the talk: ids, turns of speakers that nobody listed, labels of marks, codes.
@Suite struct SpeakerIdentityTests {
    private static let names = ["Kjerlaug", "Tverrelvmo", "Jallamann", "besta"]

    private func named() -> Transcript {
        var t = transcript(["Hva sa du?", "Det var vanskelig.", "Noen gikk.", "Det var liten."])
        t.speakers = [
            Speaker(id: "Kjerlaug Tverrelvmo", label: "Intervjuer", role: .interviewer), Speaker(id: "S1", label: "Informant", role: .participant),
            Speaker(id: "besta", label: "Informant", role: .participant),
        ]
        for (i, id) in ["Kjerlaug Tverrelvmo", "S1", "besta", "Jallamann"].enumerated() { t.turns[i].speaker = id }
        t.turns[1].elements.append(.mark(Mark(kind: .backchannel, source: .draft, text: "(mm)", label: "Kjerlaug Tverrelvmo")))
        t.turns[1].elements.append(.mark(Mark(kind: .backchannel, source: .draft, text: "(ja)", label: "Jallamann")))
        return t
    }

    @Test(arguments: Policy.shippedNames) func everySpeakerBecomesANumber(_ name: String) throws {
        let policy = try Policy.shipped(name)
        let (out, keys, _) = anonymized(named(), policy)
        let document = out.document
        #expect(document.speakers.map(\.id) == ["S2", "S1", "S3", "S4"])
        #expect(document.turns.map(\.speaker) == ["S2", "S1", "S3", "S4"])
        #expect(document.turns[1].marks.map(\.label) == ["S2", "S4"])
        #expect(Self.names.allSatisfy { !document.speakers[3].label.lowercased().contains($0.lowercased()) })
        #expect(!document.speakers[3].label.isEmpty)
        let data = try out.encoded()
        #expect(leaks(of: Self.names, in: data).isEmpty)
        #expect(Audit().audit(out, register: keys, detector: detector, policy: policy).verdict != .leak)
    }

    @Test func aNameOnlyInAnIdIsKnownInTheTalk() throws {
        var t = transcript(["Hva sa du?", "da var kjerlaug med hele uka og jeg gikk."])
        t.speakers[1].id = "Kjerlaug"
        t.turns[1].speaker = "Kjerlaug"
        let (out, _, _) = anonymized(t, try .shipped("standard"))
        #expect(leaks(of: Self.names, in: Data(plain(out.document).utf8)).isEmpty, "\(plain(out.document))")
    }

    @Test func aNumberThatCouldBeSomebodysIsNoId() throws {
        var t = transcript(["Det var vanskelig."])
        t.speakers[0].id = "S17038512345"
        t.turns[0].speaker = "S17038512345"
        let (out, _, _) = anonymized(t, try .shipped("standard"))
        #expect(out.document.turns[0].speaker == "S1" && Set(out.document.speakers.map(\.id)) == ["S1", "S2"])
    }

    @Test func marksKeepOnlyLabelsOfTheProgram() throws {
        var t = transcript(["Det var Kåre Tverrfjellvik og da gikk jeg."])
        func mark(_ kind: Mark.Kind, _ label: String, _ until: Int? = nil) -> Element {
            .mark(Mark(kind: kind, source: .measured, label: label, until: until))
        }
        t.turns[0].elements.insert(contentsOf: [
            mark(.toneOfVoice, "loud", 4), mark(.toneOfVoice, "Kjerlaug", 99), mark(.pause, "latency"), mark(.pause, "Kjerlaug"),
            mark(.backchannel, "Kjerlaug"), mark(.backchannel, "loud"), mark(.intonation, "rising"), mark(.trailingOff, "cut"),
            mark(.toneOfVoice, "ironic", 8), mark(.comment, "besta"),
        ], at: 1)
        let (out, _, _) = anonymized(t, try .shipped("standard"))
        let marks = out.document.turns[0].marks
        #expect(marks.map(\.label) == ["loud", nil, "latency", nil, nil, nil, "rising", "cut", "ironic", nil])
        // The surname goes with the name before it: the stretch then ends there.
        #expect(marks.map(\.until) == [3, nil, nil, nil, nil, nil, nil, nil, 8, nil])
    }
}

extension SpeakerIdentityTests {
    /// As an earlier version, or another program with the seal, could have left it.
    private func report(_ change: (inout Transcript) -> Void) throws -> AuditReport {
        var t = transcript(["Hva sa du?", "Det var vanskelig."])
        change(&t)
        let register = KeyRegister(entries: [.init(type: .person, key: "kjerlaug tverrelvmo", code: "Person 1")])
        let policy = try Policy.shipped("standard")
        let sealed = AnonymizedTranscript(document: t, policy: policy.name, status: .deidentified)
        return Audit().audit(sealed, register: register, detector: detector, policy: policy)
    }

    @Test func theAuditSeesEveryIdAndLabel() throws {
        #expect(try report { _ in }.verdict == .clean)
        let leaking: [(inout Transcript) -> Void] = [
            { $0.speakers[0].id = "Kjerlaug" }, { $0.turns[0].speaker = "tverrelvmo_2" }, { $0.speakers[1].participant = "Kjerlaug" },
            { $0.turns[1].elements.append(.mark(Mark(kind: .backchannel, source: .draft, label: "Kjerlaug"))) },
            { $0.speakers[1].label = "Informant KjerlaugT" }, { $0.speakers[1].participant = "Kjerl7" },
            { $0.speakers[1].label = "Solveig" }, { $0.speakers[1].label = "Informant 91234567" },
        ]
        for (i, change) in leaking.enumerated() {
            let found = try report(change)
            #expect(found.verdict == .leak, "\(i): \(found.items)")
            let data = try found.encoded()
            #expect(leaks(of: ["kjerlaug", "tverrelvmo", "solveig"], in: data).isEmpty)
        }
        #expect(try report { $0.speakers[1].label = "Jallamann" }.verdict == .review)
        for label in ["Informant 4", "Informant R09_0001", "D2", "B", "Person 1"] {
            #expect(try report { $0.speakers[1].label = label }.verdict == .clean, "\(label)")
        }
    }

    @Test(arguments: ["SolveigØ", "solveig", "Solveig1", "Solv07", "p_Solveig", "SOLVEIG2"])
    func aCodeThatTellsWhoseItIsDoesNotStay(_ code: String) throws {
        let policy = try Policy.shipped("standard")
        var t = transcript(["Hva sa du?", "Det var vanskelig."], labels: ["Intervjuer", "Solveig"])
        t.speakers[1].participant = code
        let (out, keys, _) = anonymized(t, policy)
        #expect(out.document.speakers[1].participant == nil && out.document.speakers[1].label == "Person 1")
        let data = try out.encoded()
        #expect(!String(decoding: data, as: UTF8.self).lowercased().contains("solv"))
        let report = Audit().audit(out, register: keys, detector: detector, policy: policy)
        #expect(report.verdict == .review && report.items.contains { $0.code == "participant-code" }, "\(report.items)")
    }

    @Test(arguments: ["P07", "R09_0001", "Informant9", "D2", "DELT3", "sykepleier2"])
    func aPlainCodeStays(_ code: String) throws {
        var t = transcript(["Hva sa du?", "Det var vanskelig."], labels: ["Intervjuer", "Solveig"])
        t.speakers[1].participant = code
        let (out, _, _) = anonymized(t, try .shipped("standard"))
        #expect(out.document.speakers[1].participant == code)
    }
}
