/// A table of an HTML page: the first column names, the others are numbers.
struct HTMLTable {
    private let head: String
    private var body = ""
    private var foot = ""

    init(_ titles: [String]) {
        head = Self.cells(titles, "th")
    }

    mutating func row(_ cells: [String]) { body += Self.cells(cells, "td") }

    mutating func total(_ cells: [String]) { foot += Self.cells(cells, "td") }

    var text: String {
        "<div class=\"wide\"><table>\n<thead>\n\(head)</thead>\n<tbody>\n\(body)</tbody>\n"
            + (foot.isEmpty ? "" : "<tfoot>\n\(foot)</tfoot>\n") + "</table></div>\n"
    }

    private static func cells(_ cells: [String], _ tag: String) -> String {
        "<tr>" + cells.map { "<\(tag)>\(SVG.escaped($0))</\(tag)>" }.joined() + "</tr>\n"
    }
}
