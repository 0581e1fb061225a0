import Foundation
import Transcript

/// Tells a participant's code that says whose it is: `SolveigØ`, `Solv07`, `Solveig1`.
struct SpeakingCodes {
    /// Words of four letters or more of the register's people.
    private let names: Set<String>
    private let lists = NameLists.shared
    private let ordinary: any OrdinaryWords

    init(_ register: KeyRegister, ordinary: any OrdinaryWords) {
        self.ordinary = ordinary
        names = Set(register.entries.filter { $0.type == .person }.flatMap(\.forms).flatMap(Self.runs))
    }

    /// - Parameter label: the study's own name for the participant, which the code may repeat.
    func tells(_ code: String, label: String = "") -> Bool {
        let own = Self.runs(label).filter { !isOrdinary($0) }
        return Self.runs(code).contains { run in
            if names.contains(run) || own.contains(run) || endsInInitials(run) { return true }
            if isOrdinary(run) { return false }
            return names.union(own).contains { run.hasPrefix($0) || $0.hasPrefix(run) || $0.count >= 5 && run.contains($0) }
        }
    }

    private func isOrdinary(_ word: String) -> Bool {
        lists.jobTitles.contains(word) || ordinary.contains(word) && lists.entries[word]?.ambiguity != .never
    }

    /// `SolveigØ`: a given name that is nothing else, and a letter or two.
    private func endsInInitials(_ run: String) -> Bool {
        (0...2).contains { count in
            guard run.count - count >= 4, let entry = lists.entries[String(run.dropLast(count))] else { return false }
            return entry.ambiguity == .never && !entry.kinds.isDisjoint(with: .given) && !ordinary.contains(run)
        }
    }

    private static func runs(_ text: String) -> [String] {
        NameKey.fold(text).split { !$0.isLetter }.map(String.init).filter { $0.count >= 4 && !Detector.plainLabels.contains($0) }
    }
}
