// swift-tools-version: 6.1
// Timings of the hot paths. Kept out of the main package, so that no test ever asserts a time.
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

let package = Package(
    name: "OrdrettBenchmarks",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "Ordrett", path: "..")],
    targets: [
        .executableTarget(name: "ordrett-bench", dependencies: [.product(name: "OrdrettKit", package: "Ordrett")])
    ]
)
