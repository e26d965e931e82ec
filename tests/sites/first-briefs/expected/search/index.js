chancerySearch.deliver("index","401544354c",{"firsts":[""]});
