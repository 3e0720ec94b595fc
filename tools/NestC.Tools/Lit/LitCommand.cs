using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace NestC.Tools.Lit;

/// <summary>The command line of the test runner, with the options of LLVM's lit.</summary>
public static class LitCommand
{
    private const string Usage = """
        USAGE: nest-lit [options] <file or folder>...

        Runs the RUN lines of tests, as LLVM's lit does; the tools of NestC run inside this process.

          -j N, --workers=N        number of tests at once (number of processors)
          -v, --verbose            show the output of tests that fail
          -a, --show-all           show the output of all tests
          -q, --quiet              show only failures
          --filter=REGEX, --filter-out=REGEX     choose tests by name
          --max-failures=N         stop after N failures
          --timeout=SECONDS        end a test that takes longer
          --show-tests             list the tests
          --time-tests             list the slowest tests
          --xunit-xml-output=FILE  write a report in the XML form of JUnit
          --num-shards=N --run-shard=M   run the M-th of N parts
          --output-dir=FOLDER      where %t and %T lie
          -D NAME=VALUE            define the substitution %{NAME}
          --feature=NAME           add a feature for REQUIRES, UNSUPPORTED and XFAIL

        Options are also read from the environment variable LIT_OPTS.

        """;

    private sealed class Options
    {
        public readonly List<string> Paths = [];
        public readonly List<string> Defines = [];
        public readonly List<string> Features = [];
        public int Workers = Environment.ProcessorCount;
        public bool Verbose, ShowAll, Quiet, ShowTests, TimeTests, Help;
        public Regex? Filter, FilterOut;
        public int MaxFailures = int.MaxValue, Shards = 1, Shard = 1;
        public TimeSpan? Timeout;
        public string? XmlFile, OutputFolder;
    }

    /// <summary>Runs tests; 0 when none failed, 1 when one did, 2 when the call is wrong.</summary>
    public static int Run(string[] args, IToolHost host, TextWriter output, TextWriter error, string workingDirectory, string? environmentOptions = null)
    {
        Options options;
        try
        {
            var all = new List<string>();
            if (!string.IsNullOrEmpty(environmentOptions)) all.AddRange(environmentOptions.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            all.AddRange(args);
            options = Parse(all);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            error.WriteLine("nest-lit: error: " + e.Message);
            return 2;
        }
        if (options.Help)
        {
            output.Write(Usage);
            return 0;
        }
        if (options.Paths.Count == 0)
        {
            error.WriteLine("nest-lit: error: no test was named. Try: nest-lit --help");
            return 2;
        }
        string temporary = options.OutputFolder ?? Directory.CreateTempSubdirectory("nest-lit-").FullName;
        try
        {
            List<LitTest>? tests = Discover(options, temporary, error, workingDirectory);
            if (tests == null) return 2;
            return RunAll(tests, options, host, output);
        }
        finally
        {
            if (options.OutputFolder == null) DeleteQuietly(temporary);
        }
    }

    private static void DeleteQuietly(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A test that timed out may still write there.
        }
    }

    private static Options Parse(List<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (!arg.StartsWith('-'))
            {
                options.Paths.Add(arg);
                continue;
            }
            string name = arg;
            string? given = null;
            int equals = arg.IndexOf('=');
            if (equals > 0 && arg.StartsWith("--", StringComparison.Ordinal))
            {
                name = arg[..equals];
                given = arg[(equals + 1)..];
            }
            else if (arg.Length > 2 && arg[1] is 'j' or 'D' && arg[1] != '-')
            {
                name = arg[..2];
                given = arg[2..];
            }
            string Value() => given ?? (++i < args.Count ? args[i] : throw new FormatException($"{name} needs a value"));
            int Number() => int.TryParse(Value(), out int n) && n > 0 ? n : throw new FormatException($"{name} needs a positive number");
            switch (name)
            {
                case "-j" or "--workers" or "--threads": options.Workers = Number(); break;
                case "-v" or "--verbose" or "-vv" or "--echo-all-commands": options.Verbose = true; break;
                case "-a" or "--show-all": options.ShowAll = options.Verbose = true; break;
                case "-q" or "--quiet": options.Quiet = true; break;
                case "-s" or "--succinct" or "--no-progress-bar": break;
                case "--filter": options.Filter = new Regex(Value()); break;
                case "--filter-out": options.FilterOut = new Regex(Value()); break;
                case "--max-failures": options.MaxFailures = Number(); break;
                case "--timeout": options.Timeout = TimeSpan.FromSeconds(Number()); break;
                case "--show-tests": options.ShowTests = true; break;
                case "--time-tests": options.TimeTests = true; break;
                case "--xunit-xml-output": options.XmlFile = Value(); break;
                case "--num-shards": options.Shards = Number(); break;
                case "--run-shard": options.Shard = Number(); break;
                case "--output-dir": options.OutputFolder = Value(); break;
                case "-D" or "--param": options.Defines.Add(Value()); break;
                case "--feature": options.Features.Add(Value()); break;
                case "-h" or "--help": options.Help = true; break;
                default: throw new FormatException($"unknown option '{arg}'. Try: nest-lit --help");
            }
        }
        if (options.Shard > options.Shards) throw new FormatException("--run-shard must not exceed --num-shards");
        return options;
    }

    private static List<LitTest>? Discover(Options options, string outputRoot, TextWriter error, string workingDirectory)
    {
        var all = new List<LitTest>();
        foreach (string path in options.Paths)
        {
            string full = Path.GetFullPath(Path.Combine(workingDirectory, path));
            if (!Path.Exists(full))
            {
                error.WriteLine($"nest-lit: error: no such file or folder: '{path}'");
                return null;
            }
            LitConfig config;
            try
            {
                config = LitConfig.Load(full, outputRoot);
            }
            catch (FormatException e)
            {
                error.WriteLine("nest-lit: error: " + e.Message);
                return null;
            }
            foreach (string define in options.Defines)
            {
                int equals = define.IndexOf('=');
                config.Substitutions["%{" + (equals < 0 ? define : define[..equals]) + "}"] = equals < 0 ? "1" : define[(equals + 1)..];
            }
            foreach (string feature in options.Features) config.Features.Add(feature);
            foreach (LitTest test in LitTest.Discover(config, full))
            {
                if (options.Filter != null && !options.Filter.IsMatch(test.RelativePath)) continue;
                if (options.FilterOut != null && options.FilterOut.IsMatch(test.RelativePath)) continue;
                all.Add(test);
            }
        }
        if (options.Shards == 1) return all;
        var part = new List<LitTest>();
        for (int i = options.Shard - 1; i < all.Count; i += options.Shards) part.Add(all[i]);
        return part;
    }

    private static int RunAll(List<LitTest> tests, Options options, IToolHost host, TextWriter output)
    {
        if (options.ShowTests)
        {
            output.WriteLine("-- Available Tests --");
            foreach (LitTest test in tests) output.WriteLine("  " + test.Name);
            return 0;
        }
        int workers = Math.Min(options.Workers, Math.Max(1, tests.Count));
        if (!options.Quiet) output.WriteLine($"-- Testing: {tests.Count} tests, {workers} workers --");
        long start = Stopwatch.GetTimestamp();
        var results = new LitResult?[tests.Count];
        var reportLock = new Lock();
        int next = -1, failures = 0, done = 0;
        void Work()
        {
            while (true)
            {
                int i = Interlocked.Increment(ref next);
                if (i >= tests.Count || Volatile.Read(ref failures) >= options.MaxFailures) return;
                LitResult result = LitRunner.Run(tests[i], host, options.Timeout);
                results[i] = result;
                lock (reportLock)
                {
                    if (result.IsFailure) failures++;
                    LitReport.Progress(result, ++done, tests.Count, options.Verbose, options.ShowAll, options.Quiet, output);
                }
            }
        }
        var threads = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            threads[i] = new Thread(Work, 16 << 20);
            threads[i].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        var all = new LitResult[tests.Count];
        for (int i = 0; i < all.Length; i++) all[i] = results[i] ?? new LitResult(tests[i], LitOutcome.Skipped, "", TimeSpan.Zero);
        LitReport.Summary(all, Stopwatch.GetElapsedTime(start), options.TimeTests, options.Quiet, output);
        if (options.XmlFile != null) File.WriteAllText(options.XmlFile, LitReport.Xml(all), new UTF8Encoding(false));
        return failures > 0 ? 1 : 0;
    }
}
