import CodingStore

/// A project as another program wrote it, before anybody has looked through its texts.
struct ForeignProject {
    var content = ProjectContent()
    /// Texts by their source's GUID, with LF at line ends and no byte order mark: what the places in ``content`` count.
    var texts: [String: String] = [:]
    var report = ExchangeReport()
}
