using System.CommandLine;
using System.Text;
using NestC.Diagnostics;

namespace NestC.Tools;

/// <summary>What every tool does with its command line.</summary>
internal static class CommandLineText
{
    /// <summary>LLVM's tools take long options with one dash too (`-split-input-file`), and flags with a value (`--x=true`, `--x=false`).</summary>
    public static string[] Normalize(string[] arguments)
    {
        List<string> normal = new(arguments.Length);
        foreach (string argument in arguments)
        {
            string a = argument;
            if (a.Length > 2 && a[0] == '-' && a[1] != '-' && char.IsAsciiLetter(a[1]) && char.IsAsciiLetter(a[2])) a = "-" + a;
            // `--x=true`, but not `--pass=option=true`.
            int equals = a.IndexOf('=');
            if (a.StartsWith("--", StringComparison.Ordinal) && equals > 0 && !a.StartsWith("--verify-each", StringComparison.Ordinal))
            {
                if (a.AsSpan(equals).SequenceEqual("=false")) continue;
                if (a.AsSpan(equals).SequenceEqual("=true")) a = a[..equals];
            }
            // An empty value is a value.
            if (a is "--output-split-marker=" or "--split-input-file=")
            {
                normal.Add(a[..^1]);
                normal.Add("");
                continue;
            }
            // Its value is optional, and never the next argument.
            if (a == "--split-input-file") a += "=" + SplitInput.DefaultMarker;
            normal.Add(a);
        }
        return [.. normal];
    }

    /// <summary>Answers `--help` and `--version`, and reports what is wrong with the command line; null when the tool is to do its work.</summary>
    public static int? TryAnswer(ParseResult args, string tool, Stream output, Stream error)
    {
        if (args.Action is not null && args.Errors.Count == 0)
        {
            using StringWriter text = new();
            int code = args.Invoke(new InvocationConfiguration { Output = text, Error = text });
            Write(output, text.ToString());
            return code == 0 ? ExitCode.Ok : ExitCode.Usage;
        }
        if (args.Errors.Count == 0) return null;
        foreach (var problem in args.Errors) Usage(error, tool, problem.Message);
        return ExitCode.Usage;
    }

    public static int Usage(Stream error, string tool, string message)
    {
        Write(error, $"{tool}: error: {message}\n");
        return ExitCode.Usage;
    }

    public static void Write(Stream stream, string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush();
    }
}
