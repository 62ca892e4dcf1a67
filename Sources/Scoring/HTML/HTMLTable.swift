/// A table of an HTML page: the first column names, the others are numbers.
package struct HTMLTable {
    private let head: String
    private var body = ""
    private var foot = ""

    package init(_ titles: [String]) {
        head = Self.cells(titles, "th")
    }

    package mutating func row(_ cells: [String]) { body += Self.cells(cells, "td") }

    package mutating func total(_ cells: [String]) { foot += Self.cells(cells, "td") }

    package var text: String {
        "<div class=\"wide\"><table>\n<thead>\n\(head)</thead>\n<tbody>\n\(body)</tbody>\n"
            + (foot.isEmpty ? "" : "<tfoot>\n\(foot)</tfoot>\n") + "</table></div>\n"
    }

    private static func cells(_ cells: [String], _ tag: String) -> String {
        "<tr>" + cells.map { "<\(tag)>\(SVG.escaped($0))</\(tag)>" }.joined() + "</tr>\n"
    }
}
