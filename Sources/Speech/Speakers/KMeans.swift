/// Lloyd's k-means from the spread-out starts of Arthur and Vassilvitskii (2007).
enum KMeans {
    static func labels(points: [[Double]], clusters k: Int, restarts: Int, seed: UInt64) -> [Int] {
        var generator = SplitMix64(seed: seed)
        var best: [Int] = [], bestCost = Double.infinity
        for _ in 0..<max(1, restarts) {
            var centres = [points[Int(generator.next() % UInt64(points.count))]]
            var distance = points.map { squaredDistance($0, centres[0]) }
            while centres.count < k {
                var target = Double(generator.next() >> 11) / Double(1 << 53) * distance.reduce(0, +)
                var choice = points.count - 1
                for i in points.indices {
                    target -= distance[i]
                    if target < 0 {
                        choice = i
                        break
                    }
                }
                centres.append(points[choice])
                for i in points.indices { distance[i] = min(distance[i], squaredDistance(points[i], points[choice])) }
            }
            var labels = [Int](repeating: -1, count: points.count)
            var cost = 0.0
            for _ in 0..<100 {
                var changed = false
                cost = 0
                for i in points.indices {
                    var nearest = 0, least = Double.infinity
                    for c in 0..<k {
                        let d = squaredDistance(points[i], centres[c])
                        if d < least {
                            least = d
                            nearest = c
                        }
                    }
                    cost += least
                    if labels[i] != nearest {
                        labels[i] = nearest
                        changed = true
                    }
                }
                if !changed { break }
                for c in 0..<k {
                    var sum = [Double](repeating: 0, count: points[0].count), n = 0.0
                    for i in points.indices where labels[i] == c {
                        n += 1
                        for d in sum.indices { sum[d] += points[i][d] }
                    }
                    if n > 0 { centres[c] = sum.map { $0 / n } }
                }
            }
            if cost < bestCost - 1e-12 {
                bestCost = cost
                best = labels
            }
        }
        return best
    }

    private static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += (a[i] - b[i]) * (a[i] - b[i]) }
        return sum
    }
}
