/// A page that needs nothing beside itself, in the style of all reports.
package struct HTMLPage {
    private let title: String
    private let content: String

    /// Makes a page; `body` is HTML.
    package init(title: String, body: String) {
        self.title = title
        content = body
    }

    /// The page.
    package var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(SVG.escaped(title))</title>
        <style>\(HTMLStyle.sheet)</style>
        </head>
        <body>
        \(content)
        </body>
        </html>

        """
    }
}
