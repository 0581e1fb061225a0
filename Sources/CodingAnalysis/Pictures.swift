import CodingStore
import Exchange
import Transcript

extension CodedStudy {
    /// Themes of all levels with their codes, as a drawing: `temakart`. The codes most used come first, at most `codesPerTheme` of them
    /// under one theme; the rest are counted.
    ///
    /// - Throws: ``AnalysisError/noThemes``.
    public func thematicMap(_ options: TableOptions = .init(), codesPerTheme: Int = 12) throws -> ResultPicture {
        let say = ResultWords(options.language), tree = ThemeTree(self)
        guard !tree.isEmpty else { throw AnalysisError.noThemes }
        var uses = [Int](repeating: 0, count: codes.count)
        for coding in codings { uses[coding.code] += 1 }
        // With what lies beneath, as the boxes say.
        let counts = codes.indices.map { code in subtree(of: code).reduce(0) { $0 + uses[$1] } }
        var own = [[Int]](repeating: [], count: tree.nodes.count)
        let guids = Set(members.lazy.filter { $0.kind == .code }.map(\.member))
        // Those that were put there; what lies beneath them in the tree goes without saying.
        for code in codes.indices where guids.contains(codes[code].guid) { for theme in tree.themes(ofCode: code) { own[theme].append(code) } }
        var children = [[Int]](repeating: [], count: tree.nodes.count), roots: [Int] = []
        for theme in tree.nodes.indices {
            if let parent = tree.nodes[theme].parent { children[parent].append(theme) } else { roots.append(theme) }
        }
        func node(_ theme: Int) -> ThematicMap.Node {
            let mine = own[theme].sorted { (counts[$1], $0) < (counts[$0], $1) }
            var below = children[theme].map(node) + mine.prefix(codesPerTheme).map { code in
                ThematicMap.Node(
                    codes[code].name, detail: "\(counts[code]) " + (counts[code] == 1 ? say.say("koding", "coding") : say.say("kodinger", "codings")), style: .code)
            }
            if mine.count > codesPerTheme {
                below.append(.init(say.say("og \(mine.count - codesPerTheme) koder til", "and \(mine.count - codesPerTheme) more codes"), style: .rest))
            }
            let record = tree.nodes[theme].record
            let style: ThematicMap.Node.Style =
                switch record.level {
                case .latent: .latent
                case .maintheme: .main
                case .theme: .theme
                case .subtheme: .sub
                case .category, .group, .set: .group
                }
            return ThematicMap.Node(record.name, detail: say.level(record.level), style: style, children: below)
        }
        return ThematicMap.picture(
            name: "temakart", title: say.say("Temakart", "Thematic map"), nodes: roots.map(node), status: status, language: options.language)
    }
}

extension Saturation {
    /// The curve: `metning`.
    public func picture() -> ResultPicture {
        let say = ResultWords(options.language)
        return StepCurve.picture(
            name: "metning", title: say.say("Metning: nye koder for hvert intervju", "Saturation: new codes with each interview"),
            steps: steps.map { .init($0.item, new: $0.new, total: $0.cumulative) }, newName: say.say("nye koder", "new codes"),
            totalName: say.say("koder i alt", "codes in all"), status: study.status, language: options.language)
    }
}
