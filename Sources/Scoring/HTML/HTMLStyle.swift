/// Style and standing text of the HTML report.
enum HTMLStyle {
    static let sheet = """
        body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 1080px; \
        margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
        .lead { color: #4b5563; margin-top: .3rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
        th, td { padding: .2rem .6rem; text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; }
        thead th { border-bottom: 2px solid #1b1f24; position: sticky; top: 0; background: #fff; }
        tbody tr:nth-child(even) { background: #f5f7f9; }
        tfoot td { border-top: 1px solid #1b1f24; font-weight: 600; }
        .figures { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
        figure { margin: 0 0 1rem; max-width: 100%; } svg { max-width: 100%; height: auto; }
        footer { margin-top: 3rem; color: #6b7280; font-size: 13px; }
        @media print { body { max-width: none; margin: 0; } .wide { overflow: visible; } }
        """

    static let notes = """
        <ul>
        <li>Reference and test beats are paired one to one within the match window, as ANSI/AAMI EC57 prescribes. \
        Se is the share of reference beats that were found (with the right label, for a class), +P the share of test \
        beats that are right.</li>
        <li>In the matrix, o is no test beat, O no reference beat; x and X the same while the signal was declared \
        unreadable. Beats inside marked ventricular flutter or fibrillation are not counted.</li>
        <li>Accuracy counts missed beats and false peaks as errors; label accuracy looks at paired beats only.</li>
        <li>Gross figures pool all beats, averages weigh every record the same. Intervals resample whole records, since \
        beats of one record are not independent.</li>
        <li>The RR error is the root mean square difference of the current RR intervals at every step of the \
        comparison, as WFDB's bxb has it; missed beats weigh heavily in it.</li>
        </ul>
        """
}
