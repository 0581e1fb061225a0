import Foundation

extension KeyRegister {
    /// Which of some groups of detections each entry stands for: by place in ``entries``, the groups' names.
    ///
    /// An entry that no detection leads to (one set by hand, or of a recording that is gone) has none.
    public func owners(of groups: [(name: String, detections: [TranscriptDetection])]) -> [Set<String>] {
        let index = RegisterIndex(entries)
        var owners = [Set<String>](repeating: [], count: entries.count)
        for group in groups {
            for detection in group.detections where Self.registers(detection.type) && !detection.key.isEmpty {
                if let place = index.find(detection.type, detection.key) { owners[place].insert(group.name) }
            }
        }
        return owners
    }

    /// The place among ``entries`` of the one a detection leads to.
    public func places(of detections: [TranscriptDetection]) -> [Int?] {
        let index = RegisterIndex(entries)
        return detections.map { index.find($0.type, $0.key) }
    }

    /// People's entries that have one of some names, as their key or another writing.
    public func people(named names: [String]) -> [Int] {
        let folded = Set(names.map { NameKey.fold($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
        return entries.indices.filter { place in
            entries[place].type == .person && !folded.isDisjoint(with: [entries[place].key] + entries[place].aliases)
        }
    }
}
