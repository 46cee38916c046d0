/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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

    @Override
    String emptyDatabase() {
        return "jdbc:sqlite:" + folder.resolve("former.db");
    }

    @Override
    Database open(String url) {
        return Database.embedded(Path.of(url.replace("jdbc:sqlite:", "")));
    }
}
