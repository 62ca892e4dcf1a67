import Files
import Foundation
import Testing

@Suite struct OutputFileTests {
    /// A folder that is gone after the test.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func write_overAFile_replacesItAndKeepsItsPermissions() throws {
        try withFolder { folder in
            let path = folder + "/x"
            try OutputFile.write("old", to: path)
            chmod(path, 0o640)
            let reader = try #require(FileHandle(forReadingAtPath: path))
            try OutputFile.write("new", to: path)
            #expect(try text(path) == "new")
            #expect(try reader.readToEnd() == Data("old".utf8), "who reads the old one goes on with it")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o640)
        }
    }

    @Test func write_toASymbolicLink_goesWhereItPoints() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/there", withIntermediateDirectories: true)
            try OutputFile.write("old", to: folder + "/there/a")
            for (link, target) in [("a", "there/a"), ("b", folder + "/there/b"), ("c", "b")] {
                symlink(target, folder + "/" + link)
            }
            for link in ["a", "c"] { try OutputFile.write("new \(link)", to: folder + "/" + link) }
            #expect(try text(folder + "/there/a") == "new a")
            #expect(try text(folder + "/there/b") == "new c")
            for link in ["a", "b", "c"] {
                #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + link)) != nil)
            }
        }
    }

    @Test func write_toAFIFO_goesThrough() throws {
        try withFolder { folder in
            let path = folder + "/fifo"
            #expect(mkfifo(path, 0o600) == 0)
            let reader = open(path, O_RDONLY | O_NONBLOCK)
            defer { close(reader) }
            try OutputFile.write("through", to: path)
            var bytes = [UInt8](repeating: 0, count: 100)
            let count = read(reader, &bytes, bytes.count)
            #expect(bytes.prefix(max(count, 0)) == ArraySlice("through".utf8))
            #expect(FileIdentity(path) == FileIdentity(folder + "/./fifo"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["fifo"])
        }
    }

    @Test func write_thatEndsEarly_leavesTheOldFileAndNothingElse() throws {
        try withFolder { folder in
            try OutputFile.write("old", to: folder + "/x")
            do {
                let file = try OutputFile(path: folder + "/x")
                try file.write(Array("half".utf8))
                #expect(file.contentPath.flatMap { try? text($0) } == "half")
                // A program that is killed here cleans up no more than this.
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x"])
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x"])
            #expect(try text(folder + "/x") == "old")
        }
    }

    @Test func write_atPositions_putsBytesThere() throws {
        try withFolder { folder in
            let file = try OutputFile(path: folder + "/x")
            try file.write(Array("0123456789".utf8), at: 0)
            try file.write(Array("ab".utf8), at: 4)
            try file.close()
            #expect(try text(folder + "/x") == "0123ab6789")
        }
    }

    @Test func write_whereNothingCanBe_saysWhy() throws {
        try withFolder { folder in
            for (path, reason) in [("/missing/x", "No such file"), ("", "directory"), ("/loop", "symbolic links")] {
                symlink("loop", folder + "/loop")
                let error = #expect(throws: UnwritableFile.self) { try OutputFile.write("x", to: folder + path) }
                #expect(error?.reason.contains(reason) == true, "\(path): \(error?.reason ?? "nothing")")
                #expect(error?.path == folder + path)
            }
            try OutputFile.write("a file", to: folder + "/x")
            #expect(throws: UnwritableFile.self) { try OutputFile.makeFolder(folder + "/x/y") }
        }
    }
}
