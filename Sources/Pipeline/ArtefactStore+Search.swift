import Foundation

extension ArtefactStore {
    /// Whether anything stored of an item, of whatever run, holds what is looked for: records and results alike, opened.
    public func stored(item: String, holds: (Data) -> Bool) -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for stage in files.stages(item) {
            for record in records(item: item, stage: stage) {
                if let data = try? encoder.encode(record), holds(data) { return true }
                // A study stage's state is looked at where it is kept.
                if record.stateFile == nil, let data = try? load(record), holds(data) { return true }
            }
        }
        return false
    }

    /// How many results are stored of an item.
    public func count(item: String) -> Int { files.stages(item).reduce(0) { $0 + records(item: item, stage: $1).count } }
}
