import Anonymization
import Foundation
import Testing

@testable import Stages

enum Signing {
    /// Signs every recording, always at the same time: what is written then does not depend on when the test ran.
    static func signAll(_ root: URL) throws {
        let signing = try AuditSigning(study: root.path)
        for item in signing.items {
            switch try signing.sign(item, by: "Prøve Leser", note: nil, now: Date(timeIntervalSince1970: 1_767_225_600)) {
            case .refused(let reason): Issue.record("\(item): \(reason)")
            case .signed, .alreadySigned: break
            }
        }
    }

    /// Gives somebody another's name for a code, by hand: what no detector can prevent, and the audit must find.
    static func makeLeak(_ root: URL, person: String) throws {
        try StudyKeys(study: root).updateRegister { artefact in
            artefact.register.setCode("Oddny Vestvik", type: .person, key: person)
            artefact.register.setCode("Person 99", type: .person, key: "oddny vestvik")
        }
    }
}
