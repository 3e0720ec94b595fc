using System.Diagnostics;
using System.Text;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Diagnostics;

/// <summary>
/// Stands around a tool's work: an exception that nothing expected becomes one diagnostic and a reproducer, a file with the
/// command line, what happened and the input. A user never sees a raw .NET exception.
/// </summary>
public sealed class InternalFault(string tool, IReadOnlyList<string> commandLine)
{
    /// <summary>Inputs above this many bytes are named in the reproducer, not copied into it.</summary>
    public const long MaxCopiedInput = 64 << 20;

    /// <summary>Where the reproducer goes first; the temporary folder takes it when this one does not.</summary>
    public string Folder { get; init; } = ".";

    // A path below the current folder is shown as it was given, most likely.
    private static string Short(string path) => Path.GetRelativePath(".", path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;

    /// <summary>Does the work. Its exit code; 1 after an input or output error of the system, 3 after an internal fault.</summary>
    /// <param name="context">Takes the diagnostic.</param>
    /// <param name="input">What is being worked on when it is asked for; null when there is nothing yet.</param>
    public int Run(NestContext context, Func<int> work, Func<SourceFile?> input)
    {
        try
        {
            return work();
        }
        catch (FileNotFoundException e) when (e.FileName is { } name)
        {
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST8001", Location.Unknown, $"cannot open input file '{Short(name)}': No such file or directory"));
            return ExitCode.Error;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST8001", Location.Unknown, e.Message));
            return ExitCode.Error;
        }
        catch (OutOfMemoryException)
        {
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST9002", Location.Unknown, "out of memory")
            {
                Help = "use a smaller input, or give the process more memory",
            });
            return ExitCode.Internal;
        }
        catch (Exception e)
        {
            Report(context, e, input);
            return ExitCode.Internal;
        }
    }

    private void Report(NestContext context, Exception fault, Func<SourceFile?> input)
    {
        fault = Innermost(fault);
        Diagnostic diagnostic = new(Severity.Error, "NEST9001", Location.Unknown, $"internal error in {tool}: {Describe(fault)}");
        string? path = WriteReproducer(fault, SourceOf(input));
        diagnostic.Help = path is null
            ? "this is a fault of the tool, not of the input; no reproducer could be written"
            : $"this is a fault of the tool, not of the input; please report it with '{path}'";
        context.Diagnostics.Emit(diagnostic);
    }

    private static SourceFile? SourceOf(Func<SourceFile?> input)
    {
        try
        {
            return input();
        }
        catch (Exception)
        {
            // The fault may have left what the caller keeps in any state; the report must come out all the same.
            return null;
        }
    }

    /// <summary>The kind of the fault and the method it came from: enough to tell two faults apart.</summary>
    private static string Describe(Exception fault)
    {
        string kind = fault.GetType().Name;
        if (kind.EndsWith("Exception", StringComparison.Ordinal)) kind = kind[..^"Exception".Length];
        return Origin(fault) is { } origin ? $"{kind} in {origin}" : kind;
    }

    private static string? Origin(Exception fault)
    {
        foreach (StackFrame frame in new StackTrace(fault, false).GetFrames())
        {
            // Frames of the base library say what was violated, not by whom.
            if (DiagnosticMethodInfo.Create(frame) is { } method && method.DeclaringTypeName?.StartsWith("System.", StringComparison.Ordinal) == false)
                return $"{method.DeclaringTypeName[(method.DeclaringTypeName.LastIndexOf('.') + 1)..]}.{method.Name}";
        }
        return null;
    }

    private static Exception Innermost(Exception fault)
    {
        while (fault is AggregateException or System.Reflection.TargetInvocationException && fault.InnerException is { } inner) fault = inner;
        return fault;
    }

    /// <summary>Writes `nestc-crash-HASH.mlir`; the hash tells the same fault on the same input. Its path, or null.</summary>
    private string? WriteReproducer(Exception fault, SourceFile? source)
    {
        bool copied = source is not null && source.Length <= MaxCopiedInput;
        Utf8Writer text = new();
        text.Write($"// {tool} met an internal error. To see it again:\n");
        text.Write($"//   {CommandLine(source?.Name)}\n");
        if (source is not null && !copied) text.Write($"// The input '{source.Name}' has {source.Length} bytes and is not copied here.\n");
        text.Write("//\n");
        foreach (ReadOnlySpan<char> line in fault.ToString().AsSpan().EnumerateLines()) text.Write($"// {line}\n");
        text.Write("\n");
        ulong hash = Fingerprint(14695981039346656037, Encoding.UTF8.GetBytes(Describe(fault)));
        if (source is not null) hash = Fingerprint(hash, source.Bytes);
        string name = $"nestc-crash-{hash:x16}.mlir";
        return TryWrite(Path.Combine(Folder, name), text, copied ? source : null)
            ?? TryWrite(Path.Combine(Path.GetTempPath(), name), text, copied ? source : null);
    }

    private static string? TryWrite(string path, Utf8Writer head, SourceFile? source)
    {
        try
        {
            using FileStream file = File.Create(path);
            file.Write(head.Written);
            if (source is not null) file.Write(source.Bytes);
            return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The command, with the reproducer in place of the input.</summary>
    private string CommandLine(string? inputName)
    {
        StringBuilder line = new(tool);
        bool named = false;
        foreach (string argument in commandLine)
        {
            bool isInput = argument == inputName || (argument == "-" && inputName == "<stdin>");
            named |= isInput;
            line.Append(' ').Append(isInput ? "%s" : Quoted(argument));
        }
        if (!named) line.Append(" %s");
        return line.ToString();
    }

    /// <summary>An argument as a shell takes it, on one line.</summary>
    private static string Quoted(string argument)
    {
        bool plain = argument.Length > 0;
        foreach (char c in argument) plain &= char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '=' or ',' or ':' or '+' or '@';
        return plain ? argument : "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal).ReplaceLineEndings(" ") + "'";
    }

    /// <summary>FNV-1a, 64 bits: the same on every machine.</summary>
    private static ulong Fingerprint(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
