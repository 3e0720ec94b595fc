namespace NestC.Tools.FileCheck;

/// <summary>The command `nest-check`: FileCheck, and the lint and the update of tests.</summary>
public static class NestCheckCommand
{
    /// <summary>Runs the command.</summary>
    public static int Run(string[] args, Stream stdin, Stream stdout, Stream stderr, string workingDirectory) =>
        FileCheckCommand.Run(args, stdin, stdout, stderr, workingDirectory, Lit.ToolEnvironment.Get("FILECHECK_OPTS"), "nest-check");
}
