using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Tools.Run;

/// <summary>What `nest-run --target NAME` runs: its name, and its own command line without `--target`.</summary>
/// <param name="Name">The target's name.</param>
/// <param name="Run">Takes arguments and the standard streams; returns an exit code, see <see cref="ExitCode"/>.</param>
public sealed record RunTarget(string Name, Func<string[], Stream, Stream, Stream, int> Run);

/// <summary>nest-run: hands the command line to the target that it names.</summary>
public static class RunTargets
{
    /// <summary>The targets that nest-run knows.</summary>
    public static RunTarget[] All() =>
    [
        new("npu", static (arguments, input, output, error) => ModelRun.Wants(arguments)
            ? new ModelRun(Registry.RegisterDialects).Run(arguments, output, error)
            : new NpuRun(Registry.RegisterDialects).Run(arguments, input, output, error)),
    ];

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public static int Run(string[] arguments, RunTarget[] targets, Stream input, Stream output, Stream error)
    {
        string? target = null;
        var rest = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].StartsWith("--target=", StringComparison.Ordinal)) target = arguments[i]["--target=".Length..];
            else if (arguments[i] == "--target" && i + 1 < arguments.Length) target = arguments[++i];
            else rest.Add(arguments[i]);
        }
        string known = string.Join(", ", Array.ConvertAll(targets, static t => t.Name));
        if (target is null && rest.Contains("--help"))
        {
            CommandLineText.Write(output, $"nest-run FILE --target NAME [options]\n\nRuns a program on a target: {known}. nest-run --target NAME --help lists a target's options.\n");
            return ExitCode.Ok;
        }
        if (Array.Find(targets, t => t.Name == target) is { } found) return found.Run([.. rest], input, output, error);
        return CommandLineText.Usage(error, "nest-run", target is null ? $"name a target by --target: {known}" : $"there is no target '{target}'; there are {known}");
    }
}
