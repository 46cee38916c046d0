package dev.cstemplates.engine;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EngineOnSqliteTest extends EngineSuite {

    @TempDir
    Path folder;

    @Override
    Database openDatabase() {
        return Database.embedded(folder.resolve("cst.db"));
    }
}
