/// What a beat's context vector says, in the order of `Beat.context`.
///
/// Intervals enter as natural logarithms of ratios, so that +0.3 says "a third longer" at any heart rate; what is not
/// known (yet) is 0, and a flag says so. All of it is causal: past beats only, and in the final stage the one RR interval
/// that follows. Raw values are the names in model files.
public enum ContextFeature: String, Sendable, CaseIterable, Codable {
    // RR intervals against recent ones.
    /// log(RR / median of the last 8).
    case rrToMedian8 = "rr_to_median_8"
    /// log(previous RR / median of the last 8).
    case rr1ToMedian8 = "rr1_to_median_8"
    /// log(RR before that / median of the last 8).
    case rr2ToMedian8 = "rr2_to_median_8"
    /// log(third RR back / median of the last 8).
    case rr3ToMedian8 = "rr3_to_median_8"
    /// log(RR / previous RR).
    case rrToRR1 = "rr_to_rr1"
    /// log(RR / RR before the previous one).
    case rrToRR2 = "rr_to_rr2"
    /// log(RR in seconds).
    case rrLogSeconds = "rr_log_seconds"
    /// 1 where the RR interval is known (not at the first beat nor after a gap).
    case rrKnown = "rr_known"
    // RR against the patient's minutes: quantiles over 64 beats, and over 300 without those of a tachycardia that came at
    // once (`BasicRhythm`).
    /// log(RR / 10 % quantile of the last 64).
    case rrToQuantile10Of64 = "rr_to_q10_of_64"
    /// log(RR / 25 % quantile of the last 64).
    case rrToQuantile25Of64 = "rr_to_q25_of_64"
    /// log(RR / median of the last 64).
    case rrToMedian64 = "rr_to_median_64"
    /// log(RR / 75 % quantile of the last 64).
    case rrToQuantile75Of64 = "rr_to_q75_of_64"
    /// log(RR / 90 % quantile of the last 64).
    case rrToQuantile90Of64 = "rr_to_q90_of_64"
    /// log(RR / 10 % quantile of the last 300).
    case rrToQuantile10Of300 = "rr_to_q10_of_300"
    /// log(RR / median of the last 300).
    case rrToMedian300 = "rr_to_median_300"
    /// log(RR / 90 % quantile of the last 300).
    case rrToQuantile90Of300 = "rr_to_q90_of_300"
    /// log(median of the last 64 in seconds).
    case median64LogSeconds = "median_64_log_seconds"
    // Two clusters of RR: patients in whom ectopy is the rule.
    /// log(RR / median of the longer of two clusters of the last 64).
    case rrToLongCluster = "rr_to_long_cluster"
    /// log(median of the longer cluster / median of the shorter).
    case clusterSeparation = "cluster_separation"
    /// Share of the shorter cluster, 0 to 1.
    case shortClusterShare = "short_cluster_share"
    /// Share of the variance of log RR that the two clusters explain, 0 to 1.
    case clusterClarity = "cluster_clarity"
    // RR against the basic rhythm, held through runs (`BasicRhythm`).
    /// log(RR / basic interval).
    case rrToBasic = "rr_to_basic"
    /// log(1 + early beats of the run so far) / 5; a few other beats do not end a long run.
    case runLength = "run_length"
    /// log(RR / previous RR) with which the run began; 0 outside runs.
    case runOnset = "run_onset"
    /// log(RR / previous RR) to be expected from the alternation of the last beats.
    case alternationExpected = "alternation_expected"
    /// Size of that alternation.
    case alternationSize = "alternation_size"
    /// log(RR / previous RR) less what the alternation makes expected.
    case changeBeyondAlternation = "change_beyond_alternation"
    /// log(RR / mean over about 200 beats without those of a tachycardia that came at once).
    case rrToSlow = "rr_to_slow"
    /// log(basic interval / that mean).
    case basicToSlow = "basic_to_slow"
    /// Three times the median absolute deviation of the last 16 of log RR.
    case spread16 = "spread_16"
    /// log(RR / median of the last 4).
    case rrToMedian4 = "rr_to_median_4"
    /// log(RR / longest of the last 12).
    case rrToLongest12 = "rr_to_longest_12"
    /// log(RR / shortest of the last 12).
    case rrToShortest12 = "rr_to_shortest_12"
    // The following RR: final stage.
    /// 1 where the following RR is known.
    case nextKnown = "next_known"
    /// log(following RR / median of the last 8).
    case nextToMedian8 = "next_to_median_8"
    /// log(following RR / RR).
    case nextToRR = "next_to_rr"
    /// log(following RR / median of the longer cluster).
    case nextToLongCluster = "next_to_long_cluster"
    /// log((RR + following RR) / twice the median of the last 8): 0 is a full compensatory pause.
    case pairToMedian8 = "pair_to_median_8"
    // Irregularity: what tells atrial fibrillation from ectopy.
    /// Median of |log(RR / previous RR)| over 16 beats.
    case irregularity16 = "irregularity_16"
    /// Median of |log(RR / previous RR)| over 64 beats.
    case irregularity64 = "irregularity_64"
    /// 25 % quantile of |log(RR / previous RR)| over 64 beats: high only where no stretch is regular.
    case irregularityFloor64 = "irregularity_floor_64"
    /// Median of |log(RR / RR before the previous one)| over 64 beats: low in bigeminy.
    case lag2Irregularity64 = "lag2_irregularity_64"
    // Shape against the patient's running template, per model lead.
    /// Correlation with the template around the QRS complex, lead 0.
    case qrsCorrelation0 = "qrs_correlation_0"
    /// Correlation with the template around the QRS complex, lead 1.
    case qrsCorrelation1 = "qrs_correlation_1"
    /// Correlation with the template before the QRS complex (P wave), lead 0.
    case pCorrelation0 = "p_correlation_0"
    /// Correlation with the template before the QRS complex (P wave), lead 1.
    case pCorrelation1 = "p_correlation_1"
    /// Correlation with the template after the QRS complex (T wave), lead 0.
    case tCorrelation0 = "t_correlation_0"
    /// Correlation with the template after the QRS complex (T wave), lead 1.
    case tCorrelation1 = "t_correlation_1"
    /// log of the energy of the difference to the template over the template's, whole window from -0.25 s, lead 0.
    case differenceEnergy0 = "difference_energy_0"
    /// The same, lead 1.
    case differenceEnergy1 = "difference_energy_1"
    /// log(QRS peak-to-peak / running median over 64 beats), lead 0.
    case amplitude0 = "amplitude_0"
    /// The same, lead 1.
    case amplitude1 = "amplitude_1"
    /// log(QRS width / running median over 64 beats), lead 0.
    case width0 = "width_0"
    /// The same, lead 1.
    case width1 = "width_1"
    /// QRS width in units of 0.1 s, lead 0.
    case absoluteWidth0 = "absolute_width_0"
    /// The same, lead 1.
    case absoluteWidth1 = "absolute_width_1"
    /// Peak-to-peak before the QRS complex over that of the QRS, lead 0.
    case pAmplitude0 = "p_amplitude_0"
    /// The same, lead 1.
    case pAmplitude1 = "p_amplitude_1"
    /// Peak-to-peak after the QRS complex over that of the QRS, lead 0.
    case tAmplitude0 = "t_amplitude_0"
    /// The same, lead 1.
    case tAmplitude1 = "t_amplitude_1"
    // The P wave, once the T wave of the beat before is taken away (`AtrialActivity`), both leads.
    /// Correlation with the patient's P wave at the best of some small shifts.
    case atrialCorrelation = "atrial_correlation"
    /// Its height in units of that P wave.
    case atrialGain = "atrial_gain"
    /// That shift over the largest one: positive is later.
    case atrialShift = "atrial_shift"
    /// log of the RMS of the difference to that P wave over the P wave's.
    case atrialDifference = "atrial_difference"
    /// log of the same RMS over the usual one.
    case atrialSurprise = "atrial_surprise"
    /// log of the RMS of that P wave over the usual difference to it: low where atria fibrillate.
    case atrialPresence = "atrial_presence"
    // The QRS complex and the T wave beside what is usual of the patient (`VentricularActivity`), both leads.
    /// log of the RMS by which the QRS complex differs from the conducted ones' over the usual one.
    case qrsSurprise = "qrs_surprise"
    /// The same in units of its usual spread.
    case qrsSurpriseScore = "qrs_surprise_score"
    /// log of the RMS by which the T wave differs from that of the conducted beats over the usual one.
    case tSurprise = "t_surprise"
    /// The same in units of its usual spread.
    case tSurpriseScore = "t_surprise_score"
    // The family of shapes that the beat belongs to.
    /// Correlation with the nearest of the patient's recent shapes.
    case familyCorrelation = "family_correlation"
    /// Share of recent beats with that shape, 0 to 1.
    case familyShare = "family_share"
    /// Running mean of log(RR / median of the last 8) of the beats with that shape.
    case familyPrematurity = "family_prematurity"
    /// 1 where that shape is the template.
    case familyIsTemplate = "family_is_template"
    /// Correlation with the previous beat around the QRS complex, both leads.
    case previousCorrelation = "previous_correlation"
    // What can be relied on.
    /// 1 where lead 0 gives signal.
    case leadPresent0 = "lead_present_0"
    /// 1 where lead 1 gives signal.
    case leadPresent1 = "lead_present_1"
    /// 1 where a template exists.
    case templateKnown = "template_known"
    /// log(1 + beats seen) / log(301), at most 1.
    case experience = "experience"
    /// The detector's confidence in the R peak.
    case detectorConfidence = "detector_confidence"

    /// Length of a context vector.
    public static let count = allCases.count

    private static let positions: [Self: Int] = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    /// Place in the context vector.
    public var index: Int { Self.positions[self, default: 0] }
}

extension [Float] {
    /// The value of a feature of a context vector.
    public subscript(feature: ContextFeature) -> Float {
        get { self[feature.index] }
        set { self[feature.index] = newValue }
    }
}
