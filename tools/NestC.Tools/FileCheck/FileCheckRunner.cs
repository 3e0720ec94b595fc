namespace NestC.Tools.FileCheck;

/// <summary>The outcome of a run: 0 all directives are satisfied, 1 one is not, 2 the check file or the call is wrong; and what to print on standard error.</summary>
public readonly record struct FileCheckResult(int ExitCode, byte[] Report);

/// <summary>FileCheck as a library: verdict and report from two texts.</summary>
public static class FileCheckRunner
{
    /// <summary>Checks an input against the directives of a check file.</summary>
    public static FileCheckResult Run(FileCheckOptions options, string checkName, byte[] checkBytes, string inputName, byte[] inputBytes) =>
        Run(options, checkName, checkBytes, inputName, () => inputBytes, "FileCheck " + checkName);

    /// <summary>As above; the input is read only once the check file has proved good, and the command line is quoted when the input is empty.</summary>
    internal static FileCheckResult Run(
        FileCheckOptions options, string checkName, byte[] checkBytes, string inputName, Func<byte[]> readInput, string commandLine)
    {
        var report = new ReportWriter();
        if (!PrefixesAreValid(options, report)) return new FileCheckResult(2, report.Written.ToArray());
        bool fold = !options.StrictWhitespace;
        var variables = new VariableTable();
        var checkFile = new SourceText(checkName, SourceText.Canonicalize(checkBytes, fold));
        var reader = new CheckFileReader(options, variables, report);
        List<CheckDirective>? directives = reader.Read(checkFile, out int exitCode);
        if (directives == null) return new FileCheckResult(exitCode, report.Written.ToArray());

        byte[] inputBytes;
        try
        {
            inputBytes = readInput();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.WriteLine($"Could not open input file '{inputName}': {Reason(e)}");
            return new FileCheckResult(2, report.Written.ToArray());
        }
        if (inputBytes.Length == 0 && !options.AllowEmptyInput)
        {
            report.WriteLine($"FileCheck error: '{inputName}' is empty.");
            report.WriteLine("FileCheck command line:  " + commandLine);
            return new FileCheckResult(2, report.Written.ToArray());
        }
        var input = new SourceText(inputName, SourceText.Canonicalize(inputBytes, fold));
        var reporter = new MatchReporter(options, input, report, variables);
        bool ok = new Checker(options, variables, input, reporter).Run(directives);
        if (options.DumpInput == DumpInput.Always || !ok && options.DumpInput == DumpInput.Fail)
        {
            report.Write($"\nInput file: {inputName}\nCheck file: {checkName}\n\n");
            report.Write("-dump-input=help explains the following input dump.\n\n");
            DumpInputFilter filter = options.DumpInputFilter ??
                (options.DumpInput == DumpInput.Fail ? DumpInputFilter.Error : DumpInputFilter.All);
            new InputDump(input, checkFile, reader.Implicit, report).Write(reporter.Records!, filter, options.DumpInputContext);
        }
        return new FileCheckResult(ok ? 0 : 1, report.Written.ToArray());
    }

    internal static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        UnauthorizedAccessException => "Permission denied or is a directory",
        _ => e.Message,
    };

    private static bool PrefixesAreValid(FileCheckOptions options, ReportWriter report)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        // Defaults count as given, so that neither list may repeat the other's.
        if (options.CheckPrefixes.Count == 0) seen.Add("CHECK");
        if (options.CommentPrefixes.Count == 0)
        {
            seen.Add("COM");
            seen.Add("RUN");
        }
        return AreValid(options.CheckPrefixes, "check", seen, report) && AreValid(options.CommentPrefixes, "comment", seen, report);
    }

    private static bool AreValid(List<string> prefixes, string kind, HashSet<string> seen, ReportWriter report)
    {
        foreach (string prefix in prefixes)
        {
            if (prefix.Length == 0)
            {
                report.WriteLine($"error: supplied {kind} prefix must not be the empty string");
                return false;
            }
            bool valid = char.IsAsciiLetterOrDigit(prefix[0]) || prefix[0] is '_' or '-';
            foreach (char c in prefix) valid &= char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
            if (!valid)
            {
                report.WriteLine($"error: supplied {kind} prefix must start with a letter and contain only alphanumeric characters, hyphens, and underscores: '{prefix}'");
                return false;
            }
            if (seen.Add(prefix)) continue;
            report.WriteLine($"error: supplied {kind} prefix must be unique among check and comment prefixes: '{prefix}'");
            return false;
        }
        return true;
    }
}
