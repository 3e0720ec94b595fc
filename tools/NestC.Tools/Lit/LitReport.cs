using System.Globalization;
using System.Text;

namespace NestC.Tools.Lit;

/// <summary>Reports of a run in the words of lit.</summary>
internal static class LitReport
{
    public static void Progress(LitResult result, int number, int total, bool verbose, bool showAll, bool quiet, TextWriter output)
    {
        if (!result.IsFailure && (quiet || !showAll && !verbose)) return;
        output.WriteLine($"{result.Code}: {result.Test.Name} ({number} of {total})");
        if (!(result.IsFailure && verbose) && !showAll) return;
        string state = result.IsFailure ? "FAILED" : "RESULTS";
        output.WriteLine($"{new string('*', 20)} TEST '{result.Test.Name}' {state} {new string('*', 20)}");
        output.Write(result.Output);
        output.WriteLine();
        output.WriteLine(new string('*', 20));
    }

    private static readonly (LitOutcome Outcome, string Title, bool Listed)[] s_groups =
    [
        (LitOutcome.Skipped, "Skipped", false), (LitOutcome.Unsupported, "Unsupported", false), (LitOutcome.Pass, "Passed", false),
        (LitOutcome.XFail, "Expectedly Failed", false), (LitOutcome.Unresolved, "Unresolved", true), (LitOutcome.Timeout, "Timed Out", true),
        (LitOutcome.Fail, "Failed", true), (LitOutcome.XPass, "Unexpectedly Passed", true),
    ];

    public static void Summary(LitResult[] results, TimeSpan elapsed, bool times, bool quiet, TextWriter output)
    {
        foreach ((LitOutcome outcome, string title, bool listed) in s_groups)
        {
            if (!listed) continue;
            int count = Count(results, outcome);
            if (count == 0) continue;
            output.WriteLine(new string('*', 20));
            output.WriteLine($"{title} Tests ({count}):");
            foreach (LitResult result in results)
                if (result.Outcome == outcome) output.WriteLine("  " + result.Test.Name);
            output.WriteLine();
        }
        if (times) SlowestTests(results, output);
        if (quiet) return;
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Testing Time: {elapsed.TotalSeconds:F2}s"));
        output.WriteLine();
        output.WriteLine($"Total Discovered Tests: {results.Length}");
        foreach ((LitOutcome outcome, string title, _) in s_groups)
        {
            int count = Count(results, outcome);
            if (count > 0)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {title,-19}: {count} ({100.0 * count / results.Length:F2}%)"));
        }
    }

    private static int Count(LitResult[] results, LitOutcome outcome)
    {
        int count = 0;
        foreach (LitResult result in results)
            if (result.Outcome == outcome) count++;
        return count;
    }

    private static void SlowestTests(LitResult[] results, TextWriter output)
    {
        var sorted = (LitResult[])results.Clone();
        Array.Sort(sorted, static (a, b) => b.Time.CompareTo(a.Time));
        output.WriteLine("Slowest Tests:");
        output.WriteLine(new string('-', 74));
        for (int i = 0; i < Math.Min(20, sorted.Length); i++)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sorted[i].Time.TotalSeconds:F3}s: {sorted[i].Test.Name}"));
    }

    /// <summary>The report in the XML form that continuous integration reads.</summary>
    public static string Xml(LitResult[] results)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
        string suite = results.Length > 0 ? results[0].Test.Config.Name : "Tests";
        int failures = 0, skipped = 0;
        foreach (LitResult result in results)
        {
            if (result.IsFailure) failures++;
            if (result.Outcome is LitOutcome.Unsupported or LitOutcome.Skipped) skipped++;
        }
        xml.Append($"<testsuite name=\"{Escape(suite)}\" tests=\"{results.Length}\" failures=\"{failures}\" skipped=\"{skipped}\">\n");
        foreach (LitResult result in results)
        {
            string folder = Path.GetDirectoryName(result.Test.RelativePath)?.Replace('/', '.') ?? "";
            string group = folder.Length > 0 ? $"{result.Test.Config.Name}.{folder}" : result.Test.Config.Name;
            xml.Append(CultureInfo.InvariantCulture,
                $"<testcase classname=\"{Escape(group)}\" name=\"{Escape(Path.GetFileName(result.Test.RelativePath))}\" time=\"{result.Time.TotalSeconds:F3}\"");
            if (result.IsFailure) xml.Append($">\n<failure>{Escape($"{result.Code}\n{result.Output}")}</failure>\n</testcase>\n");
            else if (result.Outcome is LitOutcome.Unsupported or LitOutcome.Skipped)
                xml.Append($">\n<skipped message=\"{Escape(result.Output.Trim())}\"/>\n</testcase>\n");
            else xml.Append("/>\n");
        }
        return xml.Append("</testsuite>\n</testsuites>\n").ToString();
    }

    private static string Escape(string text)
    {
        var result = new StringBuilder();
        foreach (char c in text)
        {
            switch (c)
            {
                case '<': result.Append("&lt;"); break;
                case '>': result.Append("&gt;"); break;
                case '&': result.Append("&amp;"); break;
                case '"': result.Append("&quot;"); break;
                // XML has no way to write other control characters.
                default: result.Append(c < ' ' && c is not ('\n' or '\t' or '\r') || c is '\uFFFE' or '\uFFFF' ? '\uFFFD' : c); break;
            }
        }
        return result.ToString();
    }
}
