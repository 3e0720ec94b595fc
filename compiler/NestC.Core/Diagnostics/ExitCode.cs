namespace NestC.Diagnostics;

/// <summary>What the tools' exit codes mean.</summary>
public static class ExitCode
{
    /// <summary>The work was done.</summary>
    public const int Ok = 0;

    /// <summary>The input is wrong; at least one error was reported.</summary>
    public const int Error = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The tool is wrong: an internal error, for which a reproducer was written.</summary>
    public const int Internal = 3;

    /// <summary>The work was done, but a policy that the user asked for was not met (for example `--fail-on-fallback`).</summary>
    public const int Policy = 4;
}
